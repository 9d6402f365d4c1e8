/** What this device knows of conversations, as one plain value, and how single facts change it. */
import type { Conversation, Message, Mine, Roster } from '@/api';
import { isSame, type Pending } from './outbox';
import type { Loaded } from './window';

/** A change shown before the office has agreed. */
export type Guess = { id: number; message: string; make: (message: Message) => Message };

export type Typing = { member: string; until: number };

export type ChatState = {
  readonly phase: 'waiting' | 'ready' | 'failed';
  readonly failure: unknown;
  readonly conversations: Readonly<Record<string, Conversation>>;
  readonly windows: Readonly<Record<string, Loaded>>;
  /** Why a window could not be loaded. */
  readonly failures: Readonly<Record<string, unknown>>;
  readonly rosters: Readonly<Record<string, Roster>>;
  readonly pending: readonly Pending[];
  readonly guesses: readonly Guess[];
  readonly hidden: ReadonlySet<string>;
  readonly typing: Readonly<Record<string, readonly Typing[]>>;
};

export const emptyState: ChatState = {
  phase: 'waiting',
  failure: null,
  conversations: {},
  windows: {},
  failures: {},
  rosters: {},
  pending: [],
  guesses: [],
  hidden: new Set(),
  typing: {},
};

/** A record with one value replaced, or removed for `undefined`. */
export function withKey<T>(record: Readonly<Record<string, T>>, key: string, value: T | undefined) {
  if (value === undefined) {
    const { [key]: _, ...rest } = record;
    return rest;
  }
  return { ...record, [key]: value };
}

export const withMine = (conversation: Conversation, mine: Partial<Mine>): Conversation => ({
  ...conversation,
  mine: { ...conversation.mine, ...mine },
});

/** A conversation after a message of it was heard. `unsure` when the office has to count. */
export function withHeard(
  before: Conversation,
  message: Message,
  me: string,
): { conversation: Conversation; unsure: boolean } {
  const change = Math.max(before.change, message.change);
  if (message.seq <= before.last_seq) {
    const isLast = before.last_message?.seq === message.seq && before.last_message.change <= message.change;
    return {
      conversation: { ...before, change, last_message: isLast ? message : before.last_message },
      // What was recalled before it was read is not unread any more.
      unsure: message.recalled_at !== null && message.seq > before.mine.read_seq,
    };
  }
  const { mine } = before;
  const own = message.sender_id === me;
  const addressed = message.mentions.includes(me) || message.mentions_all;
  const next: Partial<Mine> = own
    ? { read_seq: message.seq, unread: 0, mentions: 0, marked_unread: false }
    : message.seq > mine.read_seq && message.sender_id !== null
      ? { unread: mine.unread + 1, mentions: mine.mentions + (addressed ? 1 : 0) }
      : {};
  return {
    conversation: withMine({ ...before, change, last_seq: message.seq, last_message: message }, next),
    unsure: message.seq > before.last_seq + 1,
  };
}

/** A conversation as the office wrote it, with what this device knows better. */
export function withFetched(before: Conversation | undefined, fetched: Conversation): Conversation {
  if (!before) return fetched;
  const isOlder = fetched.last_seq < before.last_seq;
  const next = isOlder
    ? {
        ...fetched,
        change: before.change,
        last_seq: before.last_seq,
        last_message: before.last_message,
        mine: { ...fetched.mine, unread: before.mine.unread, mentions: before.mine.mentions },
      }
    : fetched;
  if (before.mine.read_seq <= next.mine.read_seq) return next;
  // Read here a moment ago, and the office has not been told yet.
  const { read_seq, unread, mentions } = before.mine;
  return withMine(
    next,
    read_seq >= next.last_seq ? { read_seq, unread: 0, mentions: 0 } : { read_seq, unread, mentions },
  );
}

/** Pinned ones by their position, then the most recently active. */
export function inOrder(conversations: readonly Conversation[]): Conversation[] {
  const at = (one: Conversation) => one.last_message?.sent_at ?? one.created_at;
  return [...conversations].sort((one, other) => {
    if (one.mine.pinned !== other.mine.pinned) return one.mine.pinned ? -1 : 1;
    if (one.mine.pinned && one.mine.pin_position !== other.mine.pin_position)
      return one.mine.pin_position - other.mine.pin_position;
    return at(other) - at(one) || other.id.localeCompare(one.id);
  });
}

/** What counts for the badge: of muted conversations only what addresses me. */
export function unreadOf(conversations: readonly Conversation[]): number {
  return conversations.reduce(
    (sum, { mine }) => sum + (mine.muted ? mine.mentions : Math.max(mine.unread, mine.marked_unread ? 1 : 0)),
    0,
  );
}

/** A message with everything that is guessed about it. */
export const guessed = (message: Message, guesses: readonly Guess[]): Message =>
  guesses.reduce((next, guess) => (guess.message === message.id ? guess.make(next) : next), message);

const noMessages: readonly Message[] = [];

/** What was made of a list for one set of guesses: whoever asks again gets the same messages. */
type Drawn = Pick<ChatState, 'guesses' | 'hidden'> & { messages: readonly Message[] };
const drawn = new WeakMap<readonly Message[], Drawn>();

/** The loaded messages of a conversation as they are to be drawn. */
export function messagesOf(
  { windows, guesses, hidden }: ChatState,
  conversation: string,
): readonly Message[] {
  const loaded = windows[conversation]?.messages ?? noMessages;
  if (guesses.length === 0 && hidden.size === 0) return loaded;
  const last = drawn.get(loaded);
  if (last?.guesses === guesses && last.hidden === hidden) return last.messages;
  const messages = loaded.filter(({ id }) => !hidden.has(id)).map((one) => guessed(one, guesses));
  drawn.set(loaded, { guesses, hidden, messages });
  return messages;
}

/** What was written here and is not among the messages yet. */
export function pendingOf(state: ChatState, conversation: string, me: string): readonly Pending[] {
  const waiting = state.pending.filter((one) => one.conversation_id === conversation);
  if (waiting.length === 0) return waiting;
  const messages = state.windows[conversation]?.messages ?? noMessages;
  return waiting.filter((one) => !messages.some((message) => isSame(one, message, me)));
}
