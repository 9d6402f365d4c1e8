/**
 * What a notice says. The words of a kind belong to its capability: `meetings.invited` reads
 * `meetings:notices.words.invited`, with the notice’s data filled in and its `context` choosing a variant.
 */
import type { TFunction } from 'i18next';
import type { Notice } from '@/api';
import { clockTime, daysAway } from '@/lib';

/** What happened; what it is about, and when that is or will be. */
export type Words = { headline: string; about: string; when: string };

/** `meetings.missed_call` as its capability and the rest. */
export function partsOf(kind: string): [capability: string, what: string] {
  const dot = kind.indexOf('.');
  return [kind.slice(0, dot), kind.slice(dot + 1)];
}

const shortDay = (at: number, language: string) =>
  new Intl.DateTimeFormat(language.startsWith('zh') ? language : 'en-GB', {
    month: 'short',
    day: 'numeric',
  }).format(at);

/** `Today 14:00`, `19 Nov 14:00`. */
export function moment(t: TFunction, at: number, now: number, language: string): string {
  const names: Record<number, string> = { [-1]: 'yesterday', 0: 'today', 1: 'tomorrow' };
  const name = names[daysAway(at, now)];
  return `${name ? t(`notify:day.${name}`) : shortDay(at, language)} ${clockTime(at, language)}`;
}

export function wordsOf(t: TFunction, notice: Notice, now: number, language: string): Words {
  const [capability, what] = partsOf(notice.kind);
  const { context, starts_at } = notice.data;
  const headline = t(`${capability}:notices.words.${what}`, {
    ...notice.data,
    context: context ?? (notice.times > 1 ? 'again' : undefined),
    name: notice.actor?.name ?? t('notify:somebody'),
    times: notice.times,
    defaultValue: notice.title,
  });
  return {
    headline,
    about: headline === notice.title ? '' : notice.title,
    when: typeof starts_at === 'number' ? moment(t, starts_at, now, language) : '',
  };
}

/** When it was told, short enough for the corner of a row. */
export function age(t: TFunction, at: number, now: number, language: string): string {
  const minutes = Math.floor((now - at) / 60_000);
  if (minutes < 1) return t('notify:now');
  if (minutes < 60) return t('notify:minutes', { count: minutes });
  const days = daysAway(at, now);
  if (days === 0) return clockTime(at, language);
  if (days === -1) return t('notify:day.yesterday');
  return shortDay(at, language);
}
