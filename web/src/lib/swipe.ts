/** A finger that goes from the left to the right: on phones that is the way back. */
import { type TouchEvent, useRef } from 'react';

const farPx = 88;
const slopeMax = 0.5;

/** What scrolls sideways, or is written in, keeps its own fingers. */
function isBusy(target: EventTarget | null): boolean {
  for (let at = target instanceof Element ? target : null; at; at = at.parentElement) {
    if (at.matches('input, textarea, [contenteditable], [role="slider"]')) return true;
    if (at.scrollWidth > at.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(at).overflowX))
      return true;
  }
  return false;
}

export function useSwipeRight(act: (() => void) | undefined) {
  const from = useRef<{ x: number; y: number } | null>(null);
  if (!act) return {};
  return {
    onTouchStart: (event: TouchEvent) => {
      const finger = event.touches[0];
      const alone = event.touches.length === 1 && finger && !isBusy(event.target);
      from.current = alone ? { x: finger.clientX, y: finger.clientY } : null;
    },
    onTouchEnd: (event: TouchEvent) => {
      const finger = event.changedTouches[0];
      const begun = from.current;
      from.current = null;
      if (!begun || !finger) return;
      const right = finger.clientX - begun.x;
      if (right > farPx && Math.abs(finger.clientY - begun.y) < right * slopeMax) act();
    },
    onTouchCancel: () => {
      from.current = null;
    },
  };
}
