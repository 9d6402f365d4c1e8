/** What becomes of the list when something is told, read or removed; how it is grouped. Plain values, no React. */
import type { InfiniteData } from '@tanstack/react-query';
import type { Notice, NoticePage, NoticeSettings } from '@/api';
import { daysAway } from '@/lib';

export type Pages = InfiniteData<NoticePage>;

/** How many are unread, on pages seen and unseen. */
export const unreadIn = (pages: Pages | undefined): number => pages?.pages[0]?.unread ?? 0;

export const allIn = (pages: Pages | undefined): Notice[] =>
  pages?.pages.flatMap((page) => page.notices) ?? [];

/** Changes each notice, or drops it for null; counts the unread anew. */
function each(pages: Pages, change: (notice: Notice) => Notice | null): Pages {
  const before = allIn(pages).filter((notice) => !notice.read).length;
  const changed = pages.pages.map((page) => ({
    ...page,
    notices: page.notices.map(change).filter((notice) => notice !== null),
  }));
  const after = changed.flatMap((page) => page.notices).filter((notice) => !notice.read).length;
  return withUnread({ ...pages, pages: changed }, Math.max(0, unreadIn(pages) + after - before));
}

const withUnread = (pages: Pages, unread: number): Pages => ({
  ...pages,
  pages: pages.pages.map((page) => ({ ...page, unread })),
});

/** The office tells a repeat under a new id, in the place of the unread one. */
const isRepeat = (one: Notice, other: Notice): boolean =>
  !one.read && one.kind === other.kind && one.subject === other.subject && one.actor?.id === other.actor?.id;

export function withNew(pages: Pages, notice: Notice, unread: number): Pages {
  const [first, ...rest] = each(pages, (one) =>
    one.id === notice.id || isRepeat(one, notice) ? null : one,
  ).pages;
  if (!first) return pages;
  const begun = { ...first, notices: [notice, ...first.notices] };
  return withUnread({ ...pages, pages: [begun, ...rest] }, unread);
}

export const withRead = (pages: Pages, ids: readonly string[], read = true): Pages =>
  each(pages, (notice) => (ids.includes(notice.id) ? { ...notice, read } : notice));

export const withAllRead = (pages: Pages): Pages =>
  withUnread(
    each(pages, (notice) => ({ ...notice, read: true })),
    0,
  );

export const without = (pages: Pages, id: string): Pages =>
  each(pages, (notice) => (notice.id === id ? null : notice));

export type Group = { name: 'today' | 'earlier'; notices: Notice[] };

/** Today’s and earlier ones; a group without any is left out. */
export function grouped(notices: readonly Notice[], now: number): Group[] {
  const isToday = (notice: Notice) => daysAway(notice.told_at, now) >= 0;
  const groups: Group[] = [
    { name: 'today', notices: notices.filter(isToday) },
    { name: 'earlier', notices: notices.filter((notice) => !isToday(notice)) },
  ];
  return groups.filter((group) => group.notices.length > 0);
}

const dayMinutes = 24 * 60;

/** Minutes after midnight, on the clocks of a time zone. */
function minuteOfDay(at: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
}

/** Whether nothing may pop up or ring now. A zone this browser does not know keeps nobody from being rung. */
export function isQuiet(quiet: NoticeSettings['quiet'] | undefined, now: number): boolean {
  if (!quiet?.on) return false;
  try {
    const since = (minuteOfDay(now, quiet.time_zone) - quiet.from_minute + dayMinutes) % dayMinutes;
    const lasts = (quiet.to_minute - quiet.from_minute + dayMinutes) % dayMinutes || dayMinutes;
    return since < lasts;
  } catch {
    return false;
  }
}

const badge = /^\(\d+\+?\) /;

/** The title of the page with the number of unread ones before it. */
export function titled(title: string, unread: number): string {
  const plain = title.replace(badge, '');
  return unread > 0 ? `(${unread > 99 ? '99+' : unread}) ${plain}` : plain;
}
