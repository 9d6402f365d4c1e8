/** In which order one deals with things. Plain values. */
import type { LaterMessage } from '@/api';

export const isOverdue = ({ due_at, done_at }: LaterMessage, now: number): boolean =>
  typeof due_at === 'number' && typeof done_at !== 'number' && due_at < now;

/** What is due first comes first; what has no date comes after, as it was kept. */
export function byDue(all: readonly LaterMessage[]): LaterMessage[] {
  const at = ({ due_at }: LaterMessage) => due_at ?? Number.POSITIVE_INFINITY;
  return all
    .map((one, place) => ({ one, place }))
    .sort((a, b) => (at(a.one) === at(b.one) ? a.place - b.place : at(a.one) - at(b.one)))
    .map(({ one }) => one);
}
