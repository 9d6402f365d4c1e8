/** The icon of a kind of notice, as its capability draws it. */
import { Bell, type LucideIcon } from 'lucide-react';
import { capabilities } from './capabilities';

export function noticeIcon(kind: string): LucideIcon {
  const [id, what = ''] = kind.split('.');
  return capabilities.find((capability) => capability.id === id)?.notices?.[what] ?? Bell;
}
