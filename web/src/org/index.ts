/** People: directory, sign-in, set-up and administration; the face of the capability. */
import {
  BookUser,
  Building2,
  KeyRound,
  Mail,
  MonitorSmartphone,
  ScrollText,
  ShieldCheck,
  UserRound,
  UsersRound,
} from 'lucide-react';
import type { Capability, Screen } from '@/app';

export { AdminFrame } from './AdminFrame';
export { MemberPicker, MembersPicker } from './MemberPicker';

const shell = (path: string, load: Screen['load']): Screen => ({
  path,
  frame: 'shell',
  access: 'member',
  load,
});
const open = (path: string, load: Screen['load']): Screen => ({
  path,
  frame: 'bare',
  access: 'anyone',
  load,
});

export const org: Capability = {
  id: 'org',
  nav: { to: '/people', icon: BookUser, label: 'nav' },
  screens: [
    shell('/people', () => import('./DirectoryPage')),
    shell('/me', () => import('./MePage')),
    shell('/admin/people', () => import('./AdminPeoplePage')),
    shell('/admin/departments', () => import('./AdminDepartmentsPage')),
    shell('/admin/invitations', () => import('./AdminInvitationsPage')),
    shell('/admin/audit', () => import('./AdminAuditPage')),
    open('/sign-in', () => import('./SignInPage')),
    open('/forgot-password', () => import('./ForgotPasswordPage')),
    open('/new-password', () => import('./NewPasswordPage')),
    open('/set-up', () => import('./SetUpPage')),
    open('/invite/$token', () => import('./InvitationPage')),
  ],
  commands: [
    { id: 'org.me', label: 'mine.profile', icon: UserRound, to: '/me' },
    {
      id: 'org.admin.people',
      label: 'admin.people',
      icon: UsersRound,
      to: '/admin/people',
      permission: 'org.members',
    },
    {
      id: 'org.admin.departments',
      label: 'admin.departments',
      icon: Building2,
      to: '/admin/departments',
      permission: 'org.departments',
    },
    {
      id: 'org.admin.invitations',
      label: 'admin.invitations',
      icon: Mail,
      to: '/admin/invitations',
      permission: 'org.invitations',
    },
    {
      id: 'org.admin.audit',
      label: 'admin.audit',
      icon: ScrollText,
      to: '/admin/audit',
      permission: 'org.audit',
    },
  ],
  admin: [
    { to: '/admin/people', icon: UsersRound, label: 'admin.people', permission: 'org.members' },
    { to: '/admin/departments', icon: Building2, label: 'admin.departments', permission: 'org.departments' },
    { to: '/admin/invitations', icon: Mail, label: 'admin.invitations', permission: 'org.invitations' },
    { to: '/admin/audit', icon: ScrollText, label: 'admin.audit', permission: 'org.audit' },
  ],
  notices: { role_changed: ShieldCheck, password_reset: KeyRound, signed_in: MonitorSmartphone },
  overlay: () => import('./Live'),
  search: () => import('./search'),
};
