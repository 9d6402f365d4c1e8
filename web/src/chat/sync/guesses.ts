/** What a message will look like once the office has done what was asked of it. */
import type { Message } from '@/api';

export const edited = (message: Message, text: string, mentions: string[], at: number): Message => ({
  ...message,
  text,
  mentions,
  edited_at: at,
});

export function recalled(message: Message, by: string, at: number): Message {
  const emptied = message.kind === 'text' ? message : { ...message, data: null };
  return { ...emptied, text: '', reactions: [], recalled_at: at, recalled_by: by };
}

export const withPin = (message: Message, pin: { at: number; by: string } | null): Message => ({
  ...message,
  pinned_at: pin?.at ?? null,
  pinned_by: pin?.by ?? null,
});

/** With my reaction added or taken away. */
export function withReaction(message: Message, emoji: string, me: string, on: boolean): Message {
  const { reactions } = message;
  const isNew = on && !reactions.some((one) => one.emoji === emoji);
  const all = isNew ? [...reactions, { emoji, member_ids: [] }] : reactions;
  const changed = all.map((one) => {
    if (one.emoji !== emoji) return one;
    const others = one.member_ids.filter((id) => id !== me);
    return { emoji, member_ids: on ? [...others, me] : others };
  });
  return { ...message, reactions: changed.filter((one) => one.member_ids.length > 0) };
}

/** With my vote. Of an anonymous poll only the office knows the counts. */
export function withVote(message: Message, me: string, options: number[]): Message {
  if (message.kind !== 'poll' || !message.data || message.data.anonymous) return message;
  const { data } = message;
  const voters = data.options.map((_, at) => {
    const others = (data.voters[at] ?? []).filter((id) => id !== me);
    return options.includes(at) ? [...others, me] : others;
  });
  return { ...message, data: { ...data, voters, counts: voters.map((ids) => ids.length) } };
}

export const withPollClosed = (message: Message, at: number): Message =>
  message.kind === 'poll' && message.data
    ? { ...message, data: { ...message.data, closed_at: at } }
    : message;
