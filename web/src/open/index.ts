/** Programs in the office: robots that speak in a conversation, bots that also listen; the face of the capability. */
import { Bot, Unplug } from 'lucide-react';
import type { Capability } from '@/app';

export const open: Capability = {
  id: 'open',
  screens: [{ path: '/admin/bots', frame: 'shell', access: 'member', load: () => import('./AdminBotsPage') }],
  admin: [{ to: '/admin/bots', icon: Bot, label: 'bots.title', permission: 'org.members' }],
  beside: { label: 'robots.tab', load: () => import('./RobotsTab') },
  acts: async () => (await import('./acts')).acts,
  notices: { bot_stopped: Unplug },
};
