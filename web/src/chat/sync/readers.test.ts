/** Who has read what. */
import { describe, expect, it } from 'vitest';
import type { Membership } from '@/api';
import { readershipOf, unreadBy, withCursors } from './readers';

const member = (member_id: string, read_seq: number, joined_seq = 0): Membership => ({
  member_id,
  role: 'member',
  nickname: '',
  read_seq,
  joined_seq,
});

describe('a message', () => {
  it('is counted for those who were there and have not got so far', () => {
    const of = readershipOf([member('me', 9), member('a', 5), member('b', 7), member('c', 0, 6)], 'me');
    expect(of({ seq: 4 })).toEqual({ total: 2, unread: 0 });
    expect(of({ seq: 6 })).toEqual({ total: 2, unread: 1 });
    expect(of({ seq: 8 })).toEqual({ total: 3, unread: 3 });
  });

  it('names those', () => {
    const members = [member('me', 0), member('a', 5), member('b', 7), member('late', 0, 8)];
    expect(unreadBy(members, 'me', 7).map((one) => one.member_id)).toEqual(['a']);
  });

  it('is counted as one would count by hand, in a group of two thousand', () => {
    const members = Array.from({ length: 2000 }, (_, at) =>
      member(`${at}`, (at * 37) % 500, (at * 91) % 300),
    );
    const of = readershipOf(members, '0');
    for (const seq of [1, 100, 299, 301, 499, 600]) {
      const there = members.filter((one) => one.member_id !== '0' && one.joined_seq < seq);
      const unread = there.filter((one) => one.read_seq < seq).length;
      expect(of({ seq })).toEqual({ total: there.length, unread });
      expect(unreadBy(members, '0', seq)).toHaveLength(unread);
    }
  });
});

describe('cursors', () => {
  it('only move forward', () => {
    const members = [member('a', 5), member('b', 7)];
    expect(withCursors(members, [['a', 4]])).toBe(members);
    expect(
      withCursors(members, [
        ['a', 6],
        ['x', 9],
      ]),
    ).toEqual([member('a', 6), member('b', 7)]);
  });
});
