/** Notices: what one should know of and may have missed; the face of the capability. */
import { Bell as BellIcon, BellRing } from 'lucide-react';
import { lazy } from 'react';
import type { Capability } from '@/app';
import { openingKey, openNotices } from './opening';

export { Bell } from './Bell';
export { openingKey } from './opening';
export { useQuiet } from './quiet';
export { useTitleCount } from './title';

/** For screens without the shell: says what is new for as long as it is mounted. */
export const Notices = lazy(() => import('./Live'));

export const notify: Capability = {
  id: 'notify',
  screens: [{ path: '/admin/push', frame: 'shell', access: 'member', load: () => import('./AdminPushPage') }],
  admin: [{ to: '/admin/push', icon: BellRing, label: 'policy.title', permission: 'org.members' }],
  overlay: () => import('./Live'),
  commands: [
    { id: 'notify.open', label: 'title', icon: BellIcon, run: openNotices, keys: openingKey.toUpperCase() },
  ],
  settings: () => import('./SettingsSection'),
};
