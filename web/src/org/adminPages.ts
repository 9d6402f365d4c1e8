/** The pages for those who look after the office, and what each needs. */
import { Building2, type LucideIcon, Mail, ScrollText, UsersRound } from 'lucide-react';
import type { Me, Permission } from '@/api';

export type AdminPageName = 'people' | 'departments' | 'invitations' | 'audit';

export const adminPages: { name: AdminPageName; to: string; icon: LucideIcon; permission: Permission }[] = [
  { name: 'people', to: '/admin/people', icon: UsersRound, permission: 'org.members' },
  { name: 'departments', to: '/admin/departments', icon: Building2, permission: 'org.departments' },
  { name: 'invitations', to: '/admin/invitations', icon: Mail, permission: 'org.invitations' },
  { name: 'audit', to: '/admin/audit', icon: ScrollText, permission: 'org.audit' },
];

export const mayAdminister = (me: Me): boolean =>
  adminPages.some(({ permission }) => me.permissions.includes(permission));
