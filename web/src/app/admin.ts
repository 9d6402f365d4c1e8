/** The pages for those who look after the office, as the capabilities bring them. */
import type { Me } from '@/api';
import { capabilities } from './capabilities';
import type { AdminPage } from './capability';

/** `label` is a whole key: its namespace is the capability. */
export type AdminEntry = AdminPage;

/** The pages that somebody may see, those of the directory first. */
export function adminPages(me: Me): AdminEntry[] {
  const own = (id: string) => (id === 'org' ? 0 : 1);
  return [...capabilities]
    .sort((one, other) => own(one.id) - own(other.id))
    .flatMap(({ id, admin = [] }) => admin.map((page) => ({ ...page, label: `${id}:${page.label}` })))
    .filter(({ permission }) => me.permissions.includes(permission));
}

/** What somebody may do about a member, beside what the directory does itself. */
export function memberPages(me: Me): AdminEntry[] {
  return capabilities
    .flatMap(({ id, ofMember = [] }) => ofMember.map((page) => ({ ...page, label: `${id}:${page.label}` })))
    .filter(({ permission }) => me.permissions.includes(permission));
}

export const mayAdminister = (me: Me): boolean => adminPages(me).length > 0;
