/** Who is asked to confirm, told as values. */
import { describe, expect, it } from 'vitest';
import type { Urgent } from '@/api';
import { sampleMessage } from '../sample';
import { isAsked, withUrgent } from './api';

const urgent = (change: Partial<Urgent> = {}): Urgent => ({
  id: 'u',
  message: sampleMessage(),
  conversation_id: 'room',
  by: 'li',
  at: 1000,
  repeat_minutes: null,
  confirmed: [],
  waiting: ['me'],
  ended_at: null,
  ...change,
});

describe('an urgent message', () => {
  it('asks whoever it waits for, from its time on, until it ends', () => {
    expect(isAsked(urgent(), 'me', 1000)).toBe(true);
    expect(isAsked(urgent(), 'me', 999)).toBe(false);
    expect(isAsked(urgent({ waiting: ['li'] }), 'me', 2000)).toBe(false);
    expect(isAsked(urgent({ ended_at: 1500 }), 'me', 2000)).toBe(false);
  });

  it('is known once, as it was told last', () => {
    const all = [urgent(), urgent({ id: 'other' })];
    const after = withUrgent(all, urgent({ waiting: [] }));
    expect(after.map(({ id, waiting }) => [id, waiting.length])).toEqual([
      ['u', 0],
      ['other', 1],
    ]);
  });
});
