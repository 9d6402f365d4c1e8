/** How meetings are listed: by day, in words, with how long they lasted and who came. Pure. */
import { daysAway, startOfDay } from '@/lib';
import type { Meeting, Stay } from '../api';

export interface Day {
  readonly day: number;
  readonly meetings: readonly Meeting[];
}

/** Meetings of one calendar day together, in the order they came. */
export function byDay(meetings: readonly Meeting[], at: (meeting: Meeting) => number): Day[] {
  const days: { day: number; meetings: Meeting[] }[] = [];
  for (const meeting of meetings) {
    const day = startOfDay(at(meeting));
    const last = days[days.length - 1];
    if (last?.day === day) last.meetings.push(meeting);
    else days.push({ day, meetings: [meeting] });
  }
  return days;
}

export function dayWord(day: number, now: number): 'today' | 'tomorrow' | 'yesterday' | null {
  const away = daysAway(day, now);
  if (away === 0) return 'today';
  if (away === 1) return 'tomorrow';
  return away === -1 ? 'yesterday' : null;
}

export interface Attendee {
  readonly identity: string;
  readonly name: string;
  readonly stays: readonly Stay[];
  readonly totalMs: number;
}

/** One line per person, however often they came and went; the longest stay first. */
export function attendees(stays: readonly Stay[], now: number): Attendee[] {
  const people = new Map<string, { name: string; stays: Stay[] }>();
  for (const stay of stays) {
    const known = people.get(stay.identity);
    if (known) known.stays.push(stay);
    else people.set(stay.identity, { name: stay.name, stays: [stay] });
  }
  return [...people.entries()]
    .map(([identity, { name, stays: all }]) => ({
      identity,
      name,
      stays: all,
      totalMs: all.reduce((sum, one) => sum + ((one.left_at ?? now) - one.joined_at), 0),
    }))
    .sort((a, b) => b.totalMs - a.totalMs || a.name.localeCompare(b.name));
}

/** The next quarter of an hour that is at least five minutes away: where a new plan begins. */
export function nextQuarter(now: number): number {
  const quarter = 15 * 60_000;
  return Math.ceil((now + 5 * 60_000) / quarter) * quarter;
}
