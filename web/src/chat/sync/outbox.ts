/**
 * What was written and has not been acknowledged. It survives closing the page: each message is kept on the
 * device under a key of its own, so that two windows of one person do not overwrite each other.
 */
import type { Message, Outgoing, PollPlan, Quote } from '@/api';

export type Pending = {
  client_id: string;
  conversation_id: string;
  text: string;
  mentions: string[];
  mentions_all: boolean;
  reply_to: Quote | null;
  thread_root: number | null;
  poll: PollPlan | null;
  written_at: number;
  /** `queued` waits for the network, `failed` for the person, `sent` for its place in the list. */
  state: 'sending' | 'queued' | 'failed' | 'sent';
  /** Why it was refused, in the reader's language. */
  refusal: string | null;
};

/** More messages than this are not kept while the office cannot be reached. */
export const pendingMax = 200;

export interface Box {
  all(): Pending[];
  keep(pending: Pending): void;
  forget(clientId: string): void;
}

export const outgoingOf = (pending: Pending): Outgoing => ({
  client_id: pending.client_id,
  text: pending.text,
  ...(pending.mentions.length > 0 ? { mentions: pending.mentions } : {}),
  ...(pending.mentions_all ? { mentions_all: true } : {}),
  ...(pending.reply_to ? { reply_to: pending.reply_to.id } : {}),
  ...(pending.thread_root === null ? {} : { thread_root: pending.thread_root }),
  ...(pending.poll ? { poll: pending.poll } : {}),
});

export const isSame = (pending: Pending, message: Message, me: string): boolean =>
  message.client_id === pending.client_id && message.sender_id === me;

const isPending = (value: unknown): value is Pending => {
  const one = value as Partial<Pending> | null;
  return typeof one?.client_id === 'string' && typeof one.conversation_id === 'string';
};

/** The box of one person on this device. */
export function deviceBox(member: string, storage: Storage = localStorage): Box {
  const prefix = `hutong.chat.outbox.${member}.`;
  const keys = () => {
    try {
      return Array.from({ length: storage.length }, (_, at) => storage.key(at) ?? '').filter((key) =>
        key.startsWith(prefix),
      );
    } catch {
      return [];
    }
  };
  const read = (key: string): Pending[] => {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? 'null');
      return isPending(value) ? [value] : [];
    } catch {
      return [];
    }
  };
  return {
    all: () =>
      keys()
        .flatMap(read)
        .sort((one, other) => one.written_at - other.written_at),
    keep: (pending) => {
      try {
        if (keys().length < pendingMax) storage.setItem(prefix + pending.client_id, JSON.stringify(pending));
      } catch {
        // Storage is refused or full: the message is kept as long as the page is open.
      }
    },
    forget: (clientId) => {
      try {
        storage.removeItem(prefix + clientId);
      } catch {
        // What could not be written need not be removed.
      }
    },
  };
}
