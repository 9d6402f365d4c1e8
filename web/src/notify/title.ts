/** The number before the title of the page: what is unread, by whoever counts it. */
import { useEffect } from 'react';
import { titled } from './model';

const counts = new Map<string, number>();
let observer: MutationObserver | null = null;

/** Screens write their own titles; the number is put before whatever they write. */
function dress(): void {
  const unread = [...counts.values()].reduce((sum, count) => sum + count, 0);
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
