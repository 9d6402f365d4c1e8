/** The list of conversations: which are shown, in which order, and the one mark that each may wear. */
import type { Conversation } from '@/api';
import { inOrder } from '../sync/state';

export const filters = ['all', 'unread', 'mentions', 'groups'] as const;
export type Filter = (typeof filters)[number];

export type Mark = 'mention' | 'draft' | 'unread' | 'pin' | null;

export const isUnread = ({ mine }: Conversation): boolean => mine.unread > 0 || mine.marked_unread;

/** The strongest of what there is to say about a conversation. */
export function markOf(conversation: Conversation, isOpen = false): Mark {
  const { mine } = conversation;
  if (mine.mentions > 0) return 'mention';
  if (mine.draft.trim() && !isOpen) return 'draft';
  if (isUnread(conversation)) return 'unread';
  return mine.pinned ? 'pin' : null;
}

const passes: Record<Filter, (conversation: Conversation) => boolean> = {
  all: () => true,
  unread: isUnread,
  mentions: ({ mine }) => mine.mentions > 0,
  groups: ({ kind }) => kind !== 'direct',
};

export const titleOf = ({ title, peer }: Conversation): string => peer?.name ?? title;

/** `open` stays in the list although it has just been read. */
export function rowsOf(
  conversations: readonly Conversation[],
  filter: Filter,
  words: string,
  open: string | null,
): Conversation[] {
  const wanted = words.trim().toLocaleLowerCase();
  return inOrder(conversations).filter((one) => {
    if (wanted) return titleOf(one).toLocaleLowerCase().includes(wanted);
    return passes[filter](one) || (one.id === open && filter !== 'groups');
  });
}

/** How many a filter holds; nothing is said of all. */
export function countsOf(conversations: readonly Conversation[]): Record<'unread' | 'mentions', number> {
  return {
    unread: conversations.filter((one) => isUnread(one) && !(one.mine.muted && one.mine.mentions === 0))
      .length,
    mentions: conversations.filter(passes.mentions).length,
  };
}
