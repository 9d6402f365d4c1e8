/** How the bubble of a message is drawn: around words, as a card, close around pictures, or not at all. */
import type { Message } from '@/api';
import { isSeen, shownCard } from './shown';

export type Shape = 'words' | 'card' | 'pictures' | 'bare';

export function shapeOf(message: Message): Shape {
  switch (message.kind) {
    case 'text':
    case 'system':
    case 'voice':
      return 'words';
    case 'files':
      return (message.data?.files ?? []).map(shownCard).some(isSeen) ? 'pictures' : 'card';
    case 'sticker':
      return 'bare';
    case 'poll':
    case 'call':
    case 'merged':
    case 'location':
    case 'contact':
    case 'subject':
    case 'card':
      return 'card';
  }
}
