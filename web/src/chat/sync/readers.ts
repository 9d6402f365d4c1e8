/** Who has read what: one cursor per person, counted for any message in the time of two searches. */
import type { Membership, Message } from '@/api';

export type Readership = { unread: number; total: number };

/** Of ascending numbers, how many lie below `limit`. */
function below(numbers: Float64Array, limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A question for every message of `me`: how many of those who were there have not read it yet. */
export function readershipOf(
  members: readonly Membership[],
  me: string,
): (message: Pick<Message, 'seq'>) => Readership {
  const others = members.filter(({ member_id }) => member_id !== me);
  const joined = Float64Array.from(others, ({ joined_seq }) => joined_seq).sort();
  const reached = Float64Array.from(others, (one) => Math.max(one.joined_seq, one.read_seq)).sort();
  return ({ seq }) => ({ total: below(joined, seq), unread: below(reached, seq) });
}

/** Who was there when a message was written and has not got so far. */
export function unreadBy(members: readonly Membership[], me: string, seq: number): readonly Membership[] {
  return members.filter((one) => one.member_id !== me && Math.max(one.joined_seq, one.read_seq) < seq);
}

/** The members with cursors moved forward; the same list when none has moved. */
export function withCursors(
  members: readonly Membership[],
  cursors: readonly (readonly [string, number])[],
): readonly Membership[] {
  const moved = new Map(cursors);
  const isNew = (one: Membership) => (moved.get(one.member_id) ?? 0) > one.read_seq;
  if (!members.some(isNew)) return members;
  return members.map((one) => (isNew(one) ? { ...one, read_seq: moved.get(one.member_id) ?? 0 } : one));
}
