/** What quotes tell of the messages they quote: made of a message at hand, and said in a line where it is not. */
import type { TFunction } from 'i18next';
import type { Message, Quote } from '@/api';
import { duration } from '@/lib';
import { plainText } from './markdown/parse';
import { filesLine } from './words';

/** Characters of a quote, as the office cuts it. */
const quoteLength = 140;

type Gist = Pick<Quote, 'title' | 'files' | 'group' | 'duration_ms' | 'audio_only'>;

function gistOf(message: Message): Partial<Gist> {
  switch (message.kind) {
    case 'files': {
      const files = message.data?.files ?? [];
      const [first] = files;
      const isOne = first !== undefined && files.every(({ group }) => group === first.group);
      return { title: first?.name ?? '', files: files.length, group: isOne ? first.group : null };
    }
    case 'voice':
      return { duration_ms: message.data?.duration_ms ?? 0 };
    case 'poll':
      return { title: message.data?.question ?? '' };
    case 'call':
      return { audio_only: message.data?.audio_only ?? false };
    case 'location':
      return { title: message.data?.title || message.data?.address || '' };
    case 'contact':
      return { title: message.data?.name ?? '' };
    case 'text':
    case 'system':
    case 'merged':
    case 'card':
    case 'sticker':
    case 'subject':
      return {};
  }
}

/** The quote of a message that is being answered. */
export const quoteOf = (message: Message): Quote => ({
  id: message.id,
  seq: message.seq,
  sender_id: message.sender_id,
  program_name: message.program?.name ?? null,
  text: message.text.slice(0, quoteLength),
  kind: message.kind,
  title: '',
  files: 0,
  group: null,
  duration_ms: 0,
  audio_only: false,
  ...gistOf(message),
});

/** The quoted message on one line. */
export function quoteLine(t: TFunction, quote: Quote): string {
  const text = plainText(quote.text);
  switch (quote.kind) {
    case 'poll':
      return t('chat:line.poll', { text: quote.title });
    case 'call':
      return t(quote.audio_only ? 'chat:line.audio' : 'chat:line.video');
    case 'merged':
      return t('chat:line.merged', { text: '' }).trim();
    case 'card':
      return text || t('chat:line.card');
    case 'files':
      return [filesLine(t, quote.group, quote.title, quote.files), text].filter(Boolean).join(' ');
    case 'voice':
      return t('chat:line.voice', { text: duration(quote.duration_ms) });
    case 'location':
      return t('chat:line.location', { text: quote.title });
    case 'contact':
      return t('chat:line.contact', { text: quote.title });
    case 'sticker':
      return t('chat:line.sticker');
    case 'subject':
      return t('chat:line.subject.other');
    default:
      return text;
  }
}
