/** Meetings for Ctrl/⌘ K: those that run or come, one's own room, and any number typed or pasted. */
import i18next from 'i18next';
import { DoorOpen, Hash, Video } from 'lucide-react';
import { api } from '@/api';
import type { Hit } from '@/app';
import { clockTime, longDay, spacedNumber } from '@/lib';
import type { Meeting } from './api';
import { numberIn } from './number';

const HITS_MAX = 6;

/** What the office knows of my meetings, and how to say it. */
export interface Known {
  readonly running: readonly Meeting[];
  readonly upcoming: readonly Meeting[];
  readonly personal: Meeting | null;
  readonly language: string;
  say(key: string): string;
}

export function hitsOf(words: string, known: Known): Hit[] {
  const { running, upcoming, personal, language, say } = known;
  const wanted = words.trim().toLocaleLowerCase();
  const digits = wanted.replace(/[\s-]/gu, '');
  const fits = (title: string, number: string): boolean =>
    title.toLocaleLowerCase().includes(wanted) || (/^\d+$/u.test(digits) && number.startsWith(digits));
  const hit = (meeting: Meeting, detail: string, icon: Hit['icon']): Hit => ({
    id: meeting.id,
    title: meeting.title,
    detail: `${detail} · ${spacedNumber(meeting.number)}`,
    to: `/m/${meeting.number}`,
    icon,
  });
  const when = ({ starts_at: at }: Meeting): string =>
    at === null ? '' : `${longDay(at, language)} ${clockTime(at, language)}`;
  const own = personal && fits(say('home.personal'), personal.number) ? [personal] : [];
  const found = [
    ...running
      .filter((one) => fits(one.title, one.number))
      .map((one) => hit(one, say('home.running'), Video)),
    ...upcoming
      .filter((one) => one.state === 'scheduled' && one.kind !== 'personal' && fits(one.title, one.number))
      .map((one) => hit(one, when(one), Video)),
    ...own
      .filter((one) => !running.some((other) => other.id === one.id))
      .map((one) => hit({ ...one, title: say('home.personal') }, one.title, DoorOpen)),
  ].slice(0, HITS_MAX);
  const number = numberIn(words);
  if (!number || found.some((one) => one.to === `/m/${number}`)) return found;
  const by = { id: number, title: say('home.join'), detail: spacedNumber(number), to: `/m/${number}` };
  return [...found, { ...by, icon: Hash }];
}

export async function search(words: string, signal: AbortSignal): Promise<Hit[]> {
  const page = (when: string) => api.get<{ meetings: Meeting[] }>('/api/meetings', { when }, signal);
  const [running, upcoming, personal] = await Promise.all([
    page('running'),
    page('upcoming'),
    api.get<Meeting>('/api/meetings/personal', undefined, signal),
  ]);
  return hitsOf(words, {
    running: running.meetings,
    upcoming: upcoming.meetings,
    personal,
    language: i18next.language,
    say: (key) => i18next.t(`meetings:${key}`),
  });
}
