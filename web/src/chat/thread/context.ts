/** What the parts of one open conversation ask of it. */
import { createContext, useContext } from 'react';
import type { Conversation, Message } from '@/api';
import type { ExtraActs } from './extras';

export type Place = { x: number; y: number };

export type ConversationActs = {
  reply: (message: Message) => void;
  openMenu: (message: Message, place: Place) => void;
  pickReaction: (message: Message, place: Place) => void;
  forward: (messages: Message[], merged: boolean) => void;
  /** Shows a message wherever it is. */
  jump: (seq: number) => void;
  openThread: (root: number) => void;
  toggle: (message: Message) => void;
} & ExtraActs;

export type OpenConversation = {
  /** Without what changes with every message: counts, the draft, the last message. */
  conversation: Conversation;
  me: string;
  acts: ConversationActs;
  /** Messages ticked, while several are being chosen. */
  chosen: ReadonlySet<string> | null;
};

export const ConversationContext = createContext<OpenConversation | null>(null);

export function useOpen(): OpenConversation {
  const open = useContext(ConversationContext);
  if (!open) throw new Error('useOpen outside a conversation');
  return open;
}
