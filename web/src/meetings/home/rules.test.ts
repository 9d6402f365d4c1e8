/** Lists of meetings: days, stays, and when a new plan begins. */
import { describe, expect, it } from 'vitest';
import type { Meeting } from '../api';
import { attendees, byDay, dayWord, nextQuarter } from './rules';

const HOUR = 3_600_000;
const noon = new Date(2026, 10, 19, 12).getTime();
const at = (starts_at: number) => ({ id: String(starts_at), starts_at }) as Meeting;
const stay = (identity: string, joined_at: number, left_at: number | null) => ({
  identity,
  member_id: null,
  name: identity,
  joined_at,
  left_at,
});

describe('meetings', () => {
  it('stand under their day', () => {
    const days = byDay(
      [at(noon), at(noon + HOUR), at(noon + 24 * HOUR)],
      (meeting) => meeting.starts_at ?? 0,
    );
    expect(days.map((day) => day.meetings.length)).toEqual([2, 1]);
    expect(days.map((day) => dayWord(day.day, noon))).toEqual(['today', 'tomorrow']);
  });

  it('count everybody once, the longest stay first, and those still inside until now', () => {
    const people = attendees(
      [stay('a', 0, 10), stay('b', 0, 50), stay('a', 20, 30), stay('c', 0, null)],
      100,
    );
    expect(people.map((one) => `${one.identity} ${one.totalMs}`)).toEqual(['c 100', 'b 50', 'a 20']);
  });

  it('are planned for the next quarter that leaves five minutes', () => {
    const clock = (ms: number) => new Date(ms).toTimeString().slice(0, 5);
    expect([0, 9, 11].map((minutes) => clock(nextQuarter(noon + minutes * 60_000)))).toEqual([
      '12:15',
      '12:15',
      '12:30',
    ]);
  });
});
