/** Keyboard shortcuts: which presses are ours, how they are written, and one hook to bind them. */
import { useEffect } from 'react';
import { useEvent } from './hooks';
import { recall } from './storage';

/** Single letters never act while somebody writes. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** People may switch single-letter shortcuts off. */
export const letterKeysOn = (): boolean => recall('letter-keys') !== 'off';

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** `Ctrl K` here, `⌘ K` there. */
export const modKey = isMac ? '⌘' : 'Ctrl';

/** Binds single keys (`m`, `?`, `Escape`) while mounted; not while writing or with a modifier held. */
export function useKeys(keys: Record<string, (event: KeyboardEvent) => void>, on = true): void {
  const press = useEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isWriting(event.target)) return;
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const act = keys[name];
    if (!act || (name.length === 1 && name !== '?' && !letterKeysOn())) return;
    act(event);
  });
  useEffect(() => {
    if (!on) return;
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [on, press]);
}
