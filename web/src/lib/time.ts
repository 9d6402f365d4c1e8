/** Times as people read them. Every function takes what it needs, the current time included. */

const dayMs = 86_400_000;

export const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0);

/** Whole calendar days from `now` to `at`: 0 today, 1 tomorrow, -1 yesterday. */
export function daysAway(at: number, now: number): number {
  return Math.round((startOfDay(at) - startOfDay(now)) / dayMs);
}

/** `09:05`, always on the 24 h clock. */
export function clockTime(at: number, language: string): string {
  return new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    at,
  );
}

/** `11月19日 星期四` or `Thursday 19 November`. */
export function longDay(at: number, language: string): string {
  const date = new Date(at);
  if (language.startsWith('zh')) {
    const weekday = new Intl.DateTimeFormat('zh-CN', { weekday: 'long' }).format(date);
    return `${date.getMonth() + 1}月${date.getDate()}日 ${weekday}`;
  }
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', options).format(date);
  return `${part({ weekday: 'long' })} ${date.getDate()} ${part({ month: 'long' })}`;
}

/** `2026-11-19 09:05` in the local zone: the form for logs and tables. */
export function stamp(at: number, language: string): string {
  const date = new Date(at);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(at, language)}`;
}

/** `12:08` or `1:02:33`: how long something has lasted. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `482106937` as people read it aloud: `482 106 937`. */
export function spacedNumber(number: string): string {
  return number.replace(/(\d{3})(?=\d)/g, '$1 ');
}
