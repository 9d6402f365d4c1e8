/** What becomes of the list, told as short stories. */
import { describe, expect, it } from 'vitest';
import type { Notice } from '@/api';
import {
  allIn,
  grouped,
  isQuiet,
  type Pages,
  titled,
  unreadIn,
  withAllRead,
  withNew,
  without,
  withRead,
} from './model';

const noon = new Date(2026, 10, 23, 12).getTime();

const notice = (id: string, change: Partial<Notice> = {}): Notice => ({
  id,
  kind: 'meetings.invited',
  subject: `meetings:${id}`,
  title: id,
  link: '/meetings',
  data: {},
  actor: { id: 'alice', name: 'Alice', avatar_url: null },
  times: 1,
  told_at: noon,
  read: false,
  ...change,
});

/** Two pages, and more unread ones that were not fetched yet. */
const pages = (unread = 10): Pages => ({
  pageParams: [null, 'more'],
  pages: [
    { notices: [notice('c'), notice('b', { read: true })], next_cursor: 'more', unread },
    { notices: [notice('a')], next_cursor: null, unread },
  ],
});

const ids = (list: Pages) => allIn(list).map(({ id }) => id);
const unreadIds = (list: Pages) =>
  allIn(list)
    .filter(({ read }) => !read)
    .map(({ id }) => id);

describe('the list', () => {
  it('puts what is new first and believes the office’s count', () => {
    const after = withNew(pages(), notice('d'), 11);
    expect([ids(after), unreadIn(after)]).toEqual([['d', 'c', 'b', 'a'], 11]);
  });

  it('replaces an unread one that said the same, and no read one', () => {
    const same = { subject: 'meetings:a', times: 2 };
    expect(ids(withNew(pages(), notice('d', same), 10))).toEqual(['d', 'c', 'b']);
    expect(ids(withNew(pages(), notice('d', { subject: 'meetings:b' }), 11))).toEqual(['d', 'c', 'b', 'a']);
    const other = { ...same, actor: null };
    expect(ids(withNew(pages(), notice('d', other), 11))).toEqual(['d', 'c', 'b', 'a']);
  });

  it('counts down as some are read, and up again when it is undone', () => {
    const read = withRead(pages(), ['a', 'b']);
    expect([unreadIds(read), unreadIn(read)]).toEqual([['c'], 9]);
    expect(unreadIn(withRead(read, ['a'], false))).toBe(10);
  });

  it('reads all, those on unseen pages too', () => {
    const read = withAllRead(pages());
    expect([unreadIds(read), unreadIn(read)]).toEqual([[], 0]);
  });

  it('drops one and no longer counts it', () => {
    const after = without(pages(), 'c');
    expect([ids(after), unreadIn(after)]).toEqual([['b', 'a'], 9]);
  });

  it('is grouped into today and earlier', () => {
    const list = [notice('b'), notice('a', { told_at: noon - 13 * 3_600_000 })];
    const names = grouped(list, noon).map((group) => [group.name, group.notices.map(({ id }) => id)]);
    expect(names).toEqual([
      ['today', ['b']],
      ['earlier', ['a']],
    ]);
    expect(grouped([], noon)).toEqual([]);
  });
});

describe('quiet hours', () => {
  const at = (clock: string) => new Date(`2026-11-23T${clock}:00+08:00`).getTime();
  const quiet = (from: number, to: number, zone = 'Asia/Shanghai', on = true) => ({
    on,
    from_minute: from * 60,
    to_minute: to * 60,
    time_zone: zone,
  });

  it('may last over midnight, by the clock of their zone', () => {
    const night = quiet(22, 8);
    const answers = ['21:59', '22:00', '03:00', '07:59', '08:00'].map((clock) => isQuiet(night, at(clock)));
    expect(answers).toEqual([false, true, true, true, false]);
    expect(isQuiet(quiet(22, 8, 'Europe/Berlin'), at('07:00'))).toBe(true);
    expect(isQuiet(quiet(22, 8, 'Europe/Berlin'), at('22:30'))).toBe(false);
  });

  it('may last through lunch or the whole day', () => {
    expect(['11:59', '12:30', '13:00'].map((clock) => isQuiet(quiet(12, 13), at(clock)))).toEqual([
      false,
      true,
      false,
    ]);
    expect(isQuiet(quiet(9, 9), at('08:59'))).toBe(true);
  });

  it('are off unless they are on, known and in a zone of this world', () => {
    expect(isQuiet(quiet(0, 0, 'Asia/Shanghai', false), at('12:00'))).toBe(false);
    expect(isQuiet(undefined, at('12:00'))).toBe(false);
    expect(isQuiet(quiet(0, 0, 'Mars/Olympus'), at('12:00'))).toBe(false);
  });
});

describe('the title of the page', () => {
  it('bears the number once, however often it is dressed', () => {
    expect(titled('会议 · 胡同', 3)).toBe('(3) 会议 · 胡同');
    expect(titled(titled('Me', 3), 120)).toBe('(99+) Me');
    expect(titled('(99+) Me', 0)).toBe('Me');
  });
});
