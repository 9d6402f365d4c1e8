/** Messages: the face of the capability. */
import {
  AlarmClock,
  AtSign,
  BellRing,
  Bookmark,
  CircleAlert,
  Crown,
  DoorClosed,
  DoorOpen,
  MessageCircle,
  MessageCirclePlus,
  MessagesSquare,
  Siren,
  UserPlus,
  UsersRound,
} from 'lucide-react';
import type { Capability } from '@/app';
import { useUnread } from './badge';
import { laterEvent, newEvent, opening, urgentEvent } from './opening';

export const chat: Capability = {
  id: 'chat',
  nav: { to: '/chat', icon: MessageCircle, label: 'nav', useBadge: useUnread },
  screens: [
    { path: '/chat/{-$conversation}', frame: 'shell', access: 'member', load: () => import('./ChatPage') },
    { path: '/chat/join/$token', frame: 'shell', access: 'member', load: () => import('./link/JoinPage') },
    { path: '/admin/chat', frame: 'shell', access: 'member', load: () => import('./admin/AdminChatPage') },
  ],
  overlay: () => import('./Live'),
  inMeeting: () => import('./urgent/InMeeting'),
  acts: async () => (await import('./acts')).acts,
  commands: [
    {
      id: 'chat.new',
      label: 'new.title',
      icon: MessageCirclePlus,
      to: '/chat',
      run: opening(newEvent),
      keys: 'N',
    },
    { id: 'chat.later', label: 'later.title', icon: Bookmark, to: '/chat', run: opening(laterEvent) },
    { id: 'chat.urgent', label: 'urgent.boxes', icon: Siren, to: '/chat', run: opening(urgentEvent) },
  ],
  admin: [{ to: '/admin/chat', icon: MessagesSquare, label: 'admin.title', permission: 'org.members' }],
  ofMember: [{ to: '/admin/chat', icon: UsersRound, label: 'groups.of', permission: 'org.members' }],
  notices: {
    mentioned: AtSign,
    reminded: BellRing,
    added: UsersRound,
    asked_to_join: UserPlus,
    admitted: DoorOpen,
    refused: DoorClosed,
    not_sent: CircleAlert,
    urgent: Siren,
    due: AlarmClock,
    handed_over: Crown,
  },
  search: () => import('./search'),
};
