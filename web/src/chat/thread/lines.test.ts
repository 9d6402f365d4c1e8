/** How a conversation is cut into days, runs and what happened. */
import { describe, expect, it } from 'vitest';
import type { Message } from '@/api';
import { sampleMessage } from '../sample';
import type { Pending } from '../sync/outbox';
import { isChangeable, isRecallable, type Line, linesOf, newestOwn } from './lines';

const me = 'me';
const noon = new Date(2026, 10, 19, 12).getTime();
const minute = 60_000;

/** A message of somebody, so many minutes after noon. */
const said = (seq: number, sender_id: string | null, at: number, change: Partial<Message> = {}) =>
  sampleMessage({ seq, sender_id, sent_at: noon + at * minute, ...change });

const written = (at: number): Pending => ({
  client_id: `p${at}`,
  conversation_id: 'room',
  text: 'soon',
  mentions: [],
  mentions_all: false,
  reply_to: null,
  thread_root: null,
  poll: null,
  enclosed: null,
  written_at: noon + at * minute,
  state: 'sending',
  refusal: null,
});

/** `li1^` begins a run, `li2$` ends one. */
const say = (line: Line): string => {
  if (line.kind === 'day' || line.kind === 'unread') return line.kind;
  if (line.kind === 'event') return `event${line.message.seq}`;
  const name = line.kind === 'pending' ? 'pending' : `${line.message.sender_id}${line.message.seq}`;
  return `${name}${line.head ? '^' : ''}${line.tail ? '$' : ''}`;
};

const read = (messages: Message[], pending: Pending[] = [], upTo: number | null = null) =>
  linesOf(messages, pending, me, upTo).map(say);

describe('lines', () => {
  it('let what one says within five minutes share a head', () => {
    const messages = [said(1, 'li', 0), said(2, 'li', 4), said(3, 'li', 5), said(4, 'wang', 5)];
    expect(read(messages)).toEqual(['day', 'li1^', 'li2$', 'li3^$', 'wang4^$']);
  });

  it('begin anew with a day, an event, and what is unread', () => {
    const messages = [
      said(1, 'li', -13 * 60),
      said(2, 'li', 0),
      said(3, null, 1, { kind: 'system' }),
      said(4, 'li', 1),
      said(5, 'li', 2),
    ];
    expect(read(messages, [], 4)).toEqual([
      'day',
      'li1^$',
      'day',
      'li2^$',
      'event3',
      'li4^$',
      'unread',
      'li5^$',
    ]);
  });

  it('mark as unread only what others say', () => {
    expect(read([said(1, 'li', 0), said(2, me, 1), said(3, 'li', 2)], [], 1)).toContain('unread');
    expect(read([said(1, 'li', 0), said(2, me, 1)], [], 1)).not.toContain('unread');
    expect(read([said(1, 'li', 0)], [], null)).not.toContain('unread');
  });

  it('end with what is on its way, in one run with what has arrived', () => {
    expect(read([said(1, me, 0)], [written(1), written(9)])).toEqual([
      'day',
      'me1^',
      'pending$',
      'pending^$',
    ]);
  });

  it('keep the key of a message when it arrives', () => {
    const [, before] = linesOf([], [written(1)], me, null);
    const [, after] = linesOf([said(1, me, 1, { client_id: 'p1' })], [], me, null);
    expect(after?.key).toBe(before?.key);
  });

  it('show a recalled message as something that happened', () => {
    const messages = [said(1, 'li', 0), said(2, 'li', 1, { recalled_at: noon }), said(3, 'li', 2)];
    expect(read(messages)).toEqual(['day', 'li1^$', 'event2', 'li3^$']);
  });
});

describe('one’s own words', () => {
  it('may be changed for a day', () => {
    const mine = said(1, me, 0);
    expect(isChangeable(mine, me, noon + minute)).toBe(true);
    expect(isChangeable(mine, me, noon + 25 * 60 * minute)).toBe(false);
    expect(isChangeable(said(1, 'li', 0), me, noon)).toBe(false);
    expect(isChangeable(said(1, me, 0, { kind: 'files', data: null }), me, noon)).toBe(true);
    expect(isChangeable(said(1, me, 0, { kind: 'voice', data: null }), me, noon)).toBe(false);
  });

  it('may be recalled for a day, and by administrators at any time', () => {
    const other = said(1, 'li', 0);
    expect(isRecallable(other, me, false, noon)).toBe(false);
    expect(isRecallable(other, me, true, noon + 99 * 60 * minute)).toBe(true);
    expect(isRecallable(said(1, me, 0), me, false, noon)).toBe(true);
    expect(isRecallable(said(1, 'li', 0, { kind: 'call' }), me, true, noon)).toBe(false);
  });

  it('that are newest are not those that were recalled', () => {
    const messages = [said(1, me, 0), said(2, me, 1, { recalled_at: noon })];
    expect(newestOwn(messages, me)?.seq).toBe(1);
  });
});
