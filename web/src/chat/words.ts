/** How messages are said in one line, and what happened in a conversation. */
import type { TFunction } from 'i18next';
import type { FileCard, FileGroup, Message } from '@/api';
import { clockTime, daysAway, duration } from '@/lib';
import { plainText } from './markdown/parse';

/** The name of somebody, however they are called here. */
export type NameOf = (id: string | null) => string;

function eventWords(t: TFunction, message: Message & { kind: 'system' }, nameOf: NameOf): string {
  const { data } = message;
  if (!data) return '';
  const names = data.member_ids.slice(0, 5).map(nameOf).join(t('chat:comma'));
  return t(`chat:event.${data.event}`, {
    actor: nameOf(data.actor_id),
    names,
    text: data.text,
    count: data.member_ids.length,
    context: data.member_ids.length > 5 ? 'many' : data.event === 'role_changed' ? data.text : undefined,
  });
}

/** Files by what they are: one kind is named, several are counted. */
export function filesWords(t: TFunction, files: readonly FileCard[]): string {
  const [first] = files;
  if (!first) return '';
  const isAll = (group: FileCard['group']) => files.every((one) => one.group === group);
  return filesLine(t, isAll(first.group) ? first.group : null, first.name, files.length);
}

/** The same by the group they all are of, if they are, the name of the first and how many there are. */
export function filesLine(t: TFunction, group: FileGroup | null, name: string, count: number): string {
  if (count === 0) return '';
  const context = count > 1 ? 'many' : undefined;
  if (group === 'image') return t('chat:line.picture', { count, context });
  if (group === 'video') return t('chat:line.film', { count, context });
  return t('chat:line.file', { text: name, count, context });
}

/** The kinds of thing that have words of their own. What one is called is for those who may see it. */
function subjectWord(kind: string | undefined): 'meeting' | 'entry' | 'conversation' | 'other' {
  if (kind === 'meetings.meeting') return 'meeting';
  if (kind === 'drive.entry') return 'entry';
  return kind === 'chat.conversation' ? 'conversation' : 'other';
}

/** The message without its sender, on one line. */
export function lineOf(t: TFunction, message: Message, nameOf: NameOf): string {
  if (message.recalled_at !== null)
    return t('chat:event.recalled', { actor: nameOf(message.recalled_by ?? message.sender_id) });
  switch (message.kind) {
    case 'text':
      return plainText(message.text);
    case 'system':
      return eventWords(t, message, nameOf);
    case 'poll':
      return t('chat:line.poll', { text: message.data?.question ?? '' });
    case 'call':
      return t(message.data?.audio_only ? 'chat:line.audio' : 'chat:line.video');
    case 'card':
      return message.data ? message.data.summary || message.data.header?.title || t('chat:line.card') : '';
    case 'merged':
      return t('chat:line.merged', { text: message.data?.title ?? '' });
    case 'files':
      return [filesWords(t, message.data?.files ?? []), plainText(message.text)].filter(Boolean).join(' ');
    case 'voice':
      return t('chat:line.voice', { text: duration(message.data?.duration_ms ?? 0) });
    case 'location':
      return t('chat:line.location', { text: message.data?.title || message.data?.address || '' });
    case 'contact':
      return t('chat:line.contact', { text: message.data?.name ?? '' });
    case 'sticker':
      return t('chat:line.sticker');
    case 'subject':
      return t(`chat:line.subject.${subjectWord(message.data?.kind)}`);
  }
}

/** What stands in the corner of a row: the clock today, then yesterday, then the weekday, then the date. */
export function whenOf(t: TFunction, at: number, now: number, language: string): string {
  const days = daysAway(at, now);
  if (days >= 0) return clockTime(at, language);
  if (days === -1) return t('chat:yesterday');
  const form: Intl.DateTimeFormatOptions =
    days > -7
      ? { weekday: 'short' }
      : new Date(at).getFullYear() === new Date(now).getFullYear()
        ? { month: 'numeric', day: 'numeric' }
        : { year: 'numeric', month: 'numeric', day: 'numeric' };
  return new Intl.DateTimeFormat(language.startsWith('zh') ? 'zh-CN' : 'en-GB', form).format(at);
}
