/** Meetings: the face of the capability. */
import {
  AlarmClock,
  CalendarClock,
  CalendarMinus,
  CalendarPlus,
  CalendarX,
  Crown,
  Hash,
  PhoneMissed,
  Video,
} from 'lucide-react';
import type { Capability, Screen } from '@/app';
import { listQuery } from './api';

export { startRinging } from './incoming/ringtone';

/** Meetings of mine that run now. */
export const runningQuery = listQuery('running');

const gallery: Screen = {
  path: '/gallery/$scene',
  frame: 'bare',
  access: 'anyone',
  load: () => import('./call/gallery/Gallery'),
};

export const meetings: Capability = {
  id: 'meetings',
  nav: { to: '/meetings', icon: Video, label: 'nav' },
  screens: [
    { path: '/meetings', frame: 'shell', access: 'member', load: () => import('./home/HomePage') },
    { path: '/m/$number', frame: 'bare', access: 'anyone', load: () => import('./join/JoinPage') },
    { path: '/join', frame: 'bare', access: 'anyone', load: () => import('./join/NumberPage') },
    ...(import.meta.env.DEV ? [gallery] : []),
  ],
  notices: {
    invited: CalendarPlus,
    uninvited: CalendarMinus,
    changed: CalendarClock,
    cancelled: CalendarX,
    starting: AlarmClock,
    host: Crown,
    co_host: Crown,
    missed_call: PhoneMissed,
  },
  overlay: () => import('./incoming/IncomingCalls'),
  acts: async () => (await import('./acts')).acts,
  commands: [{ id: 'meetings.join', label: 'home.join', icon: Hash, to: '/join' }],
  search: () => import('./search'),
};
