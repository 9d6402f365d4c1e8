/**
 * Keeps the eye where it is: at the end while new messages come, at the same message while pages are added
 * above or let go below, and at a message that was asked for.
 */
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useEvent } from '@/lib';
import type { Line } from './lines';

/** Closer to the end than this is at the end. */
const endPx = 48;
const unreadTopPx = 56;
const flashMs = 1600;

export type Jump = { seq: number; id: number };

type Props = {
  box: HTMLDivElement | null;
  lines: Line[];
  /** Whether the newest message is loaded. */
  isWhole: boolean;
  jump: Jump | null;
  onJumped: () => void;
  onSeen: (seq: number) => void;
  onNear: (side: 'before' | 'after') => void;
  nearPx: number;
};

/** Rows are the children with a key; the first that reaches below a height. */
function firstBelow(rows: readonly HTMLElement[], top: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.offsetTop + row.offsetHeight <= top) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function useScroll({ box, lines, isWhole, jump, onJumped, onSeen, onNear, nearPx }: Props) {
  const [atEnd, setAtEnd] = useState(true);
  const sticky = useRef(true);
  const begun = useRef(false);
  const anchor = useRef<{ key: string; top: number } | null>(null);

  const rows = () => [...(box?.querySelectorAll<HTMLElement>(':scope > div > [data-key]') ?? [])];

  /** Remembers what is at the top of the window, tells what has been seen, asks for what is near. */
  const look = useEvent(() => {
    const at = box;
    if (!at) return;
    const all = rows();
    const first = all[firstBelow(all, at.scrollTop)];
    anchor.current = first ? { key: first.dataset.key ?? '', top: first.offsetTop - at.scrollTop } : null;
    const left = at.scrollHeight - at.scrollTop - at.clientHeight;
    sticky.current = left < endPx;
    setAtEnd(sticky.current);
    if (at.scrollTop < nearPx) onNear('before');
    if (left < nearPx) onNear('after');
    if (document.visibilityState !== 'visible') return;
    const bottom = at.scrollTop + at.clientHeight;
    const seen = all
      .slice(0, firstBelow(all, bottom) + 1)
      .findLast((row) => row.dataset.seq && row.offsetTop + Math.min(row.offsetHeight, 24) <= bottom + 1);
    if (seen?.dataset.seq) onSeen(Number(seen.dataset.seq));
  });

  const toEnd = useEvent(() => {
    const at = box;
    if (!at) return;
    sticky.current = true;
    at.scrollTop = at.scrollHeight;
    look();
  });

  const settle = useEvent(() => {
    const at = box;
    if (!at || lines.length === 0) return;
    if (jump) {
      const row = at.querySelector<HTMLElement>(`:scope > div > [data-seq="${jump.seq}"]`);
      if (row) {
        begun.current = true;
        at.scrollTop = row.offsetTop - Math.max(unreadTopPx, (at.clientHeight - row.offsetHeight) / 2);
        flash(row);
        onJumped();
        look();
        return;
      }
    }
    if (!begun.current) {
      begun.current = true;
      const unread = at.querySelector<HTMLElement>(':scope > div > [data-key="unread"]');
      at.scrollTop = unread ? unread.offsetTop - unreadTopPx : at.scrollHeight;
    } else if (sticky.current && isWhole) at.scrollTop = at.scrollHeight;
    else if (anchor.current) {
      const { key, top } = anchor.current;
      const row = at.querySelector<HTMLElement>(`:scope > div > [data-key="${CSS.escape(key)}"]`);
      if (row) at.scrollTop = row.offsetTop - top;
    }
    look();
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: runs for every change of what is drawn
  useLayoutEffect(settle, [lines, jump, box, settle]);

  useEffect(() => {
    const at = box;
    if (!at) return;
    // The window or the composer has changed its height, or a name or a picture that of a row.
    const observer = new ResizeObserver(() => {
      if (sticky.current) at.scrollTop = at.scrollHeight;
      look();
    });
    observer.observe(at);
    if (at.firstElementChild) observer.observe(at.firstElementChild);
    document.addEventListener('visibilitychange', look);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', look);
    };
  }, [box, look]);

  return { atEnd, toEnd, onScroll: look };
}

function flash(row: HTMLElement): void {
  row.dataset.flash = '';
  setTimeout(() => delete row.dataset.flash, flashMs);
  row.querySelector<HTMLElement>('[data-message]')?.focus({ preventScroll: true });
}
