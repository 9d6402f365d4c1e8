/** System notices: only with permission, and only while nobody looks at the page. */
import { useSyncExternalStore } from 'react';
import { isSharing } from './sharing';

export type NoticePermission = 'unsupported' | 'default' | 'granted' | 'denied';

const watchers = new Set<() => void>();

export const noticePermission = (): NoticePermission =>
  'Notification' in window ? Notification.permission : 'unsupported';

export async function askForNotices(): Promise<NoticePermission> {
  if (!('Notification' in window)) return 'unsupported';
  const answer = await Notification.requestPermission();
  for (const changed of watchers) changed();
  return answer;
}

export function useNoticePermission(): NoticePermission {
  return useSyncExternalStore((changed) => {
    watchers.add(changed);
    return () => watchers.delete(changed);
  }, noticePermission);
}

/**
 * Shows a system notice when the page is hidden and nobody is shown this screen; gives back how to take it
 * away.
 */
export function notify(
  title: string,
  options: { body?: string; tag?: string; onOpen?: () => void },
): () => void {
  if (noticePermission() !== 'granted' || document.visibilityState === 'visible') return () => undefined;
  let shown: Notification | null = null;
  let wanted = true;
  void isSharing().then((sharing) => {
    if (sharing || !wanted) return;
    shown = new Notification(title, { body: options.body, tag: options.tag, icon: '/icons/mark-192.png' });
    shown.onclick = () => {
      window.focus();
      options.onOpen?.();
      shown?.close();
    };
  });
  return () => {
    wanted = false;
    shown?.close();
  };
}
