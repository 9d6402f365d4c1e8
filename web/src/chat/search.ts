/** Conversations and messages for Ctrl/⌘ K. */
import i18next from 'i18next';
import { Hash, MessageSquareText } from 'lucide-react';
import type { Conversation } from '@/api';
import type { Hit } from '@/app';
import { fetchFound } from './api';
import { rowsOf, titleOf } from './list/rows';
import { plainText } from './markdown/parse';
import { currentSession } from './session';

const conversationsMax = 5;
const messagesMax = 6;
/** Shorter words are in every message. */
const wordsLengthMin = 2;

const conversationHit = (conversation: Conversation): Hit => {
  const { id, peer, kind, member_count } = conversation;
  return {
    id,
    title: titleOf(conversation),
    detail: kind === 'direct' ? (peer?.title ?? '') : i18next.t('chat:people', { count: member_count }),
    to: `/chat/${id}`,
    icon: Hash,
    person: peer ? { id: peer.id, name: peer.name, avatar_url: peer.avatar_url } : undefined,
  };
};

export async function search(words: string, signal: AbortSignal): Promise<Hit[]> {
  const known = Object.values(currentSession()?.store.state().conversations ?? {});
  const conversations = rowsOf(known, 'all', words, null).slice(0, conversationsMax).map(conversationHit);
  if ([...words].length < wordsLengthMin) return conversations;
  const page = await fetchFound({ q: words }, null, signal).catch(() => null);
  const messages = (page?.hits ?? []).slice(0, messagesMax).map(({ message, conversation_title }): Hit => {
    const conversation = known.find((one) => one.id === message.conversation_id);
    return {
      id: message.id,
      title: plainText(message.text),
      detail: conversation ? titleOf(conversation) : conversation_title,
      to: `/chat/${message.conversation_id}?at=${message.seq}`,
      icon: MessageSquareText,
    };
  });
  return [...conversations, ...messages];
}
