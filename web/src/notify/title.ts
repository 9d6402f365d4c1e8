/** The number before the title of the page: what is unread, by whoever counts it. */
import { useEffect } from 'react';
import { titled } from './model';

const counts = new Map<string, number>();
let observer: MutationObserver | null = null;

let worn = 0;

/** The number on the icon of the installed office. */
function wear(unread: number): void {
  if (unread === worn) return;
  worn = unread;
  const done = unread > 0 ? navigator.setAppBadge?.(unread) : navigator.clearAppBadge?.();
  // Where nothing is installed there is no icon to wear it.
  void done?.catch(() => undefined);
}

/** Screens write their own titles; the number is put before whatever they write. */
function dress(): void {
  const unread = [...counts.values()].reduce((sum, count) => sum + count, 0);
  wear(unread);
  const wanted = titled(document.title, unread);
  if (wanted !== document.title) document.title = wanted;
}

/** Adds to the number for as long as it is mounted. */
export function useTitleCount(what: string, unread: number): void {
  useEffect(() => {
    counts.set(what, unread);
    dress();
    if (!observer) {
      observer = new MutationObserver(dress);
      observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    }
    return () => {
      counts.delete(what);
      dress();
      if (counts.size > 0) return;
      observer?.disconnect();
      observer = null;
    };
  }, [what, unread]);
}
