/** Good moments to send something later. Plain values. */

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const morningHour = 9;
const monday = 1;
/** After this hour there is no “later today”. */
const lastHour = 20;

export type Moment = { name: 'laterToday' | 'tomorrow' | 'monday'; at: number };

const morningIn = (now: number, days: number): number => {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date.setHours(morningHour, 0, 0, 0);
};

/** In two hours on the full hour, tomorrow at nine, next Monday at nine; none is named twice. */
export function momentsFrom(now: number): Moment[] {
  const later = new Date(now + 2 * hourMs).setMinutes(0, 0, 0);
  const isToday = new Date(later).getDate() === new Date(now).getDate();
  const daysToMonday = (monday - new Date(now).getDay() + 7) % 7 || 7;
  return [
    ...(isToday && new Date(later).getHours() <= lastHour
      ? [{ name: 'laterToday' as const, at: later }]
      : []),
    { name: 'tomorrow', at: morningIn(now, 1) },
    ...(daysToMonday === 1 ? [] : [{ name: 'monday' as const, at: morningIn(now, daysToMonday) }]),
  ];
}

/** The first moment that a picker offers: an hour from now, on the quarter. */
export const pickFrom = (now: number): number => Math.ceil((now + hourMs) / (hourMs / 4)) * (hourMs / 4);

/** A time before this is not worth waiting for. */
export const isTooSoon = (at: number, now: number): boolean => at <= now;

/** How far ahead the office keeps something. */
export const aheadMsMax = 365 * dayMs;
