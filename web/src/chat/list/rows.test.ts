/** Which conversations are listed, in which order, and what each wears. */
import { describe, expect, it } from 'vitest';
import type { Conversation, Mine } from '@/api';
import { sampleConversation, sampleMessage } from '../sample';
import { countsOf, markOf, rowsOf } from './rows';

const one = (id: string, mine: Partial<Mine> = {}, change: Partial<Conversation> = {}): Conversation => {
  const plain = sampleConversation({ id, title: id, ...change });
  return { ...plain, mine: { ...plain.mine, ...mine } };
};
const spoken = (id: string, at: number, mine: Partial<Mine> = {}) =>
  one(id, mine, { last_message: sampleMessage({ sent_at: at }) });
const ids = (rows: Conversation[]) => rows.map(({ id }) => id).join(' ');

describe('the list', () => {
  it('has pinned ones first, then those where something was said last', () => {
    const all = [
      spoken('old', 1),
      spoken('new', 3),
      spoken('pin2', 1, { pinned: true, pin_position: 2 }),
      spoken('pin1', 0, { pinned: true, pin_position: 1 }),
      one('empty', {}, { created_at: 2 }),
    ];
    expect(ids(rowsOf(all, 'all', '', null))).toBe('pin1 pin2 new empty old');
  });

  it('is filtered, but keeps the open one after it was read', () => {
    const all = [
      spoken('a', 4, { unread: 2 }),
      spoken('b', 3, { mentions: 1, unread: 1 }),
      spoken('c', 2),
      one('d', {}, { kind: 'direct' }),
      spoken('e', 1, { marked_unread: true }),
    ];
    expect(ids(rowsOf(all, 'unread', '', null))).toBe('a b e');
    expect(ids(rowsOf(all, 'unread', '', 'c'))).toBe('a b c e');
    expect(ids(rowsOf(all, 'mentions', '', null))).toBe('b');
    expect(ids(rowsOf(all, 'groups', '', null))).toBe('a b c e');
  });

  it('is searched by name, whatever the filter says', () => {
    const peer = { id: 'x', name: 'Anna Schmidt', title: '', avatar_url: null, is_disabled: false };
    const all = [one('评审'), one('d', {}, { kind: 'direct', title: '', peer })];
    expect(ids(rowsOf(all, 'unread', 'schm', null))).toBe('d');
    expect(ids(rowsOf(all, 'all', '评', null))).toBe('评审');
  });

  it('counts conversations, not those that are muted', () => {
    const all = [
      one('a', { unread: 3 }),
      one('b', { unread: 3, muted: true }),
      one('c', { mentions: 1, unread: 1, muted: true }),
    ];
    expect(countsOf(all)).toEqual({ unread: 2, mentions: 1 });
  });
});

describe('the mark', () => {
  it('is the strongest there is', () => {
    const everything = { mentions: 1, draft: 'x', unread: 1, pinned: true };
    expect(markOf(one('a', everything))).toBe('mention');
    expect(markOf(one('a', { ...everything, mentions: 0 }))).toBe('draft');
    expect(markOf(one('a', { ...everything, mentions: 0 }), true)).toBe('unread');
    expect(markOf(one('a', { unread: 1, pinned: true }))).toBe('unread');
    expect(markOf(one('a', { pinned: true }))).toBe('pin');
    expect(markOf(one('a', { draft: ' ' }))).toBeNull();
  });
});
