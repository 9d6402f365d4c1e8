/** What one has just taken back, for a while, to be written again. Kept on this page alone. */
import type { Message } from '@/api';

const keptMs = 5 * 60_000;
const keptMax = 20;

type Taken = { text: string; until: number };

const taken = new Map<string, Taken>();

export function keepTaken(message: Message, now: number): void {
  if (message.kind !== 'text' || message.text === '') return;
  taken.set(message.id, { text: message.text, until: now + keptMs });
  for (const oldest of [...taken.keys()].slice(0, Math.max(0, taken.size - keptMax))) taken.delete(oldest);
}

/** The words of a message that was taken back a moment ago. */
export function takenText(message: string, now: number): string | null {
  const one = taken.get(message);
  return one && one.until > now ? one.text : null;
}
