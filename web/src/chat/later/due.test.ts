/** What is due, told as values. */
import { describe, expect, it } from 'vitest';
import type { LaterMessage } from '@/api';
import { sampleMessage } from '../sample';
import { byDue, isOverdue } from './due';

const todo = (seq: number, change: Partial<LaterMessage> = {}): LaterMessage =>
  ({ ...sampleMessage({ seq }), ...change }) as LaterMessage;

describe('what one has to deal with', () => {
  it('stands in the order in which it is due, then as it was kept', () => {
    const all = [todo(1), todo(2, { due_at: 900 }), todo(3, { due_at: 300 }), todo(4)];
    expect(byDue(all).map(({ seq }) => seq)).toEqual([3, 2, 1, 4]);
  });

  it('is overdue after its time, unless it is done', () => {
    expect(isOverdue(todo(1, { due_at: 300 }), 301)).toBe(true);
    expect(isOverdue(todo(1, { due_at: 300 }), 300)).toBe(false);
    expect(isOverdue(todo(1, { due_at: 300, done_at: 200 }), 301)).toBe(false);
    expect(isOverdue(todo(1), 301)).toBe(false);
  });
});
