/** System notices: only with permission, and only while nobody looks at the page. */
import { useSyncExternalStore } from 'react';

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

/** Shows a system notice when the page is hidden; gives back how to take it away. */
export function notify(
  title: string,
  options: { body?: string; tag?: string; onOpen?: () => void },
): () => void {
  if (noticePermission() !== 'granted' || document.visibilityState === 'visible') return () => undefined;
  const notice = new Notification(title, {
    body: options.body,
    tag: options.tag,
    icon: '/icons/mark-192.png',
  });
  notice.onclick = () => {
    window.focus();
    options.onOpen?.();
    notice.close();
  };
  return () => notice.close();
}
