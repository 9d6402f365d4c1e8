/** Messages: the face of the capability. */
import { AtSign, BellRing, Bookmark, MessageCircle, MessageCirclePlus, UsersRound } from 'lucide-react';
import type { Capability } from '@/app';
import { useUnread } from './badge';
import { laterEvent, newEvent, opening } from './opening';

export const chat: Capability = {
  id: 'chat',
  nav: { to: '/chat', icon: MessageCircle, label: 'nav', useBadge: useUnread },
  screens: [
    { path: '/chat/{-$conversation}', frame: 'shell', access: 'member', load: () => import('./ChatPage') },
  ],
  overlay: () => import('./Live'),
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
  ],
  notices: { mentioned: AtSign, reminded: BellRing, added: UsersRound },
  search: () => import('./search'),
};
