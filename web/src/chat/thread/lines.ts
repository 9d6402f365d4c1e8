/** A conversation as it is read: days, runs of one person, what happened, where the unread begin. Plain values. */
import type { Message } from '@/api';
import { startOfDay } from '@/lib';
import type { Pending } from '../sync/outbox';

export type Line =
  | { kind: 'day'; key: string; at: number }
  | { kind: 'unread'; key: string }
  | { kind: 'event'; key: string; message: Message }
  | { kind: 'message'; key: string; message: Message; own: boolean; head: boolean; tail: boolean }
  | { kind: 'pending'; key: string; pending: Pending; head: boolean; tail: boolean };

const runMs = 5 * 60_000;

type Run = { sender: string | null; at: number } | null;

/** Whoever says something: a person or a program. */
export const speakerOf = (message: Message): string | null =>
  message.sender_id ?? message.program?.id ?? null;

/** What stands in the middle of the page and belongs to nobody. */
const isEvent = (message: Message): boolean => message.kind === 'system' || message.recalled_at !== null;

export function linesOf(
  messages: readonly Message[],
  pending: readonly Pending[],
  me: string,
  /** Messages after this one were unread when the conversation was opened. */
  readUpTo: number | null,
): Line[] {
  const lines: Line[] = [];
  let day = Number.NaN;
  let run: Run = null;
  let isMarked = readUpTo === null;
  const startDay = (at: number) => {
    if (startOfDay(at) === day) return;
    day = startOfDay(at);
    run = null;
    lines.push({ kind: 'day', key: `day ${day}`, at });
  };
  /** Whether somebody begins to speak; the line before is then the last of its run. */
  const startRun = (sender: string | null, at: number): boolean => {
    if (run && run.sender === sender && at - run.at < runMs) return false;
    run = { sender, at };
    return true;
  };
  for (const message of messages) {
    startDay(message.sent_at);
    if (
      !isMarked &&
      message.seq > (readUpTo ?? 0) &&
      speakerOf(message) !== null &&
      message.sender_id !== me
    ) {
      isMarked = true;
      run = null;
      lines.push({ kind: 'unread', key: 'unread' });
    }
    const key = message.sender_id === me ? `own ${message.client_id}` : message.id;
    if (isEvent(message)) {
      run = null;
      lines.push({ kind: 'event', key, message });
    } else {
      const head = startRun(speakerOf(message), message.sent_at);
      lines.push({ kind: 'message', key, message, own: message.sender_id === me, head, tail: false });
    }
  }
  for (const one of pending) {
    startDay(one.written_at);
    const head = startRun(me, one.written_at);
    lines.push({ kind: 'pending', key: `own ${one.client_id}`, pending: one, head, tail: false });
  }
  return withTails(lines);
}

const isSaid = (line: Line | undefined) => line?.kind === 'message' || line?.kind === 'pending';

/** The last of a run wears the corner that points to its person. */
function withTails(lines: readonly Line[]): Line[] {
  return lines.map((line, at) => {
    if (line.kind !== 'message' && line.kind !== 'pending') return line;
    const next = lines[at + 1];
    const goes = isSaid(next) && (next?.kind === 'message' || next?.kind === 'pending') && !next.head;
    return goes ? line : { ...line, tail: true };
  });
}

/** The newest message of mine that stands in the thread. */
export function newestOwn(messages: readonly Message[], me: string): Message | undefined {
  return messages.findLast((one) => one.sender_id === me && !isEvent(one));
}

/** Office time within which one's own words may be changed. */
const changeableMs = 24 * 3_600_000;

export const isChangeable = (message: Message, me: string, now: number): boolean =>
  message.sender_id === me &&
  (message.kind === 'text' || message.kind === 'files') &&
  message.recalled_at === null &&
  now - message.sent_at < changeableMs;

export const isRecallable = (message: Message, me: string, isAdmin: boolean, now: number): boolean =>
  message.recalled_at === null &&
  message.kind !== 'system' &&
  message.kind !== 'call' &&
  (isAdmin || (message.sender_id === me && now - message.sent_at < changeableMs));
