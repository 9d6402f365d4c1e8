/** Translations asked for on this page. They are not kept: whoever comes back asks again. */
import { useSyncExternalStore } from 'react';

export type Translated = { state: 'asking' | 'shown'; text: string; of: string };

const known = new Map<string, Translated>();
const listeners = new Set<() => void>();
const translationsMax = 200;

export function setTranslation(message: string, translated: Translated | null): void {
  known.delete(message);
  if (translated) known.set(message, translated);
  for (const oldest of [...known.keys()].slice(0, Math.max(0, known.size - translationsMax)))
    known.delete(oldest);
  for (const changed of [...listeners]) changed();
}

export const translationOf = (message: string): Translated | undefined => known.get(message);

export const useTranslated = (message: string): Translated | undefined =>
  useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => known.get(message),
  );
