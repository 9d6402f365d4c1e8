/**
 * What was written and has not been acknowledged. It survives closing the page: each message is kept on the
 * device under a key of its own, so that two windows of one person do not overwrite each other.
 */
import type { FileCard, LocationData, Message, Outgoing, PollPlan, Quote } from '@/api';

/** A file that goes with a message; its bytes may still be on their way. */
export type Enclosure = {
  /** The name under which its upload is asked about. */
  upload: string;
  file_id: string | null;
  name: string;
  size: number;
  media_type: string;
  width: number | null;
  height: number | null;
};

/** What goes with the words. */
export type Enclosed =
  | { kind: 'files'; files: Enclosure[] }
  | { kind: 'voice'; files: [Enclosure]; duration_ms: number; waveform: number[] }
  | { kind: 'location'; place: LocationData }
  | { kind: 'contact'; member_id: string; name: string }
  | { kind: 'sticker'; sticker_id: string; file: FileCard };

export type Pending = {
  client_id: string;
  conversation_id: string;
  text: string;
  mentions: string[];
  mentions_all: boolean;
  reply_to: Quote | null;
  thread_root: number | null;
  poll: PollPlan | null;
  enclosed: Enclosed | null;
  written_at: number;
  /** `uploading` waits for its files, `queued` for the network, `failed` for the person, `sent` for its place in the list. */
  state: 'uploading' | 'sending' | 'queued' | 'failed' | 'sent';
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
  ...(pending.enclosed ? outgoingWith(pending.enclosed) : {}),
});

export const enclosuresOf = (enclosed: Enclosed | null): Enclosure[] =>
  enclosed?.kind === 'files' || enclosed?.kind === 'voice' ? enclosed.files : [];

/** Whether all its files are in the office. */
export const isWhole = ({ enclosed }: Pending): boolean =>
  enclosuresOf(enclosed).every(({ file_id }) => file_id !== null);

function outgoingWith(enclosed: Enclosed): Partial<Outgoing> {
  const ids = enclosuresOf(enclosed).flatMap(({ file_id }) => file_id ?? []);
  switch (enclosed.kind) {
    case 'files':
      return { files: ids };
    case 'voice': {
      const { duration_ms, waveform } = enclosed;
      return { voice: { file_id: ids[0] ?? '', duration_ms, waveform } };
    }
    case 'location':
      return { location: enclosed.place };
    case 'contact':
      return { contact: { member_id: enclosed.member_id } };
    case 'sticker':
      return { sticker: enclosed.sticker_id };
  }
}

/** With what has arrived since. */
export function arrived(enclosed: Enclosed, fileIds: ReadonlyMap<string, string>): Enclosed {
  const known = (one: Enclosure): Enclosure => ({
    ...one,
    file_id: one.file_id ?? fileIds.get(one.upload) ?? null,
  });
  if (enclosed.kind === 'files') return { ...enclosed, files: enclosed.files.map(known) };
  if (enclosed.kind === 'voice') return { ...enclosed, files: [known(enclosed.files[0])] };
  return enclosed;
}

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
      return isPending(value) ? [{ ...value, enclosed: value.enclosed ?? null }] : [];
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
