/**
 * Leaves the words of notices where the service worker finds them (`public/sw.js`), in the language that is
 * read on this device: it shows what comes while no page is there to translate it.
 */
import i18next from 'i18next';
import { deviceName } from '@/lib';

const wordsCache = 'hutong-words';
const wordsPath = '/sw-words.json';

type Words = { notices?: { words?: Record<string, string> }; push?: Record<string, string> };

/** `chat.mentioned` and the like, with what is to be filled in still in braces. */
export function wordsFor(language: string): Record<string, string> {
  const bundles = (i18next.services.resourceStore.data[language] ?? {}) as Record<string, Words>;
  const flat: Record<string, string> = {};
  for (const [capability, { notices, push }] of Object.entries(bundles)) {
    for (const [what, words] of Object.entries(notices?.words ?? {})) flat[`${capability}.${what}`] = words;
    for (const [what, words] of Object.entries(push ?? {}))
      flat[capability === 'notify' ? what : `${capability}.${what}`] = words;
  }
  return flat;
}

export async function leaveWords(language: string): Promise<void> {
  try {
    const words = { ...wordsFor(language), device: deviceName() };
    const cache = await caches.open(wordsCache);
    await cache.put(wordsPath, new Response(JSON.stringify(words)));
  } catch {
    // Storage is refused: pushes say what the office wrote.
  }
}
