/**
 * The part of a conversation that is loaded: one stretch of messages without holes, and the number of the
 * last change it has seen. Everything that arrives, in whatever order and however often, is laid on it by
 * these functions; they touch nothing else.
 */
import type { Changes, Message, MessagePage } from '@/api';

export type Loaded = {
  /** Ascending by `seq`. */
  readonly messages: readonly Message[];
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  /** Every change up to this one is in `messages`. */
  readonly change: number;
  /** The highest change heard of. While it is above `change`, the office has to be asked. */
  readonly heard: number;
};

/** More rows than this are not kept: far ends of the stretch are let go and fetched again on return. */
export const messagesKeptMax = 250;

export const isBehind = (loaded: Loaded): boolean => loaded.heard > loaded.change;

export const fromPage = (page: MessagePage, heard = 0): Loaded => ({
  messages: page.messages,
  hasBefore: page.has_before,
  hasAfter: page.has_after,
  change: page.change,
  heard: Math.max(heard, page.change),
});

/** The place of `seq`, or where it would be. */
function placeOf(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function messageAt(messages: readonly Message[], seq: number): Message | undefined {
  const found = messages[placeOf(messages, seq)];
  return found?.seq === seq ? found : undefined;
}

/** Lays messages on the stretch; of two versions of one message the later stays. */
function laid(messages: readonly Message[], arrived: readonly Message[]): readonly Message[] {
  let next: Message[] | null = null;
  for (const message of arrived) {
    const at = placeOf(next ?? messages, message.seq);
    const there = (next ?? messages)[at];
    if (there?.seq === message.seq) {
      if (there.change >= message.change) continue;
      next ??= [...messages];
      next[at] = message;
    } else {
      next ??= [...messages];
      next.splice(at, 0, message);
    }
  }
  return next ?? messages;
}

/** Whether a message lies within the stretch, or belongs to its open end. */
function belongs({ messages, hasBefore, hasAfter }: Loaded, seq: number): boolean {
  const first = messages[0]?.seq;
  const last = messages.at(-1)?.seq;
  if (first === undefined || last === undefined) return !hasAfter;
  return (seq >= first || !hasBefore) && (seq <= last || !hasAfter);
}

/** One message, as an event or an answer brings it. */
export function withMessage(loaded: Loaded, message: Message): Loaded {
  const heard = Math.max(loaded.heard, message.change);
  const isNext = message.change === loaded.change + 1;
  const last = loaded.messages.at(-1)?.seq ?? 0;
  // Beyond the last one, something may be missing between: then the changes bring both.
  const isSafe = message.seq <= last || message.seq === last + 1 || isNext;
  const messages =
    isSafe && belongs(loaded, message.seq) ? laid(loaded.messages, [message]) : loaded.messages;
  const change = isNext ? message.change : loaded.change;
  if (messages === loaded.messages && change === loaded.change && heard === loaded.heard) return loaded;
  return { ...loaded, messages, change, heard };
}

/** What the office says has changed since `loaded.change`. */
export function withChanges(loaded: Loaded, after: number, changes: Changes): Loaded {
  // Asked from a place that is no longer ours: the answer has a hole before it.
  if (after > loaded.change) return loaded;
  const within = changes.messages.filter(({ seq }) => belongs(loaded, seq));
  return {
    ...loaded,
    messages: laid(loaded.messages, within),
    change: Math.max(loaded.change, changes.change),
    heard: Math.max(loaded.heard, changes.change),
  };
}

/** A page next to the stretch. The far end is let go when there is too much. */
export function withPage(loaded: Loaded, side: 'before' | 'after', page: MessagePage): Loaded {
  const all = laid(loaded.messages, page.messages);
  const over = Math.max(0, all.length - messagesKeptMax);
  const before = side === 'before';
  return {
    messages: before ? all.slice(0, all.length - over) : all.slice(over),
    hasBefore: before ? page.has_before : loaded.hasBefore || over > 0,
    hasAfter: before ? loaded.hasAfter || over > 0 : page.has_after,
    // A page written before the last change may lack what that change brought.
    change: Math.min(loaded.change, page.change),
    heard: Math.max(loaded.heard, page.change),
  };
}
