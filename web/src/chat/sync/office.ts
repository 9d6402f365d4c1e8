/** What the store asks of the office. The page answers with HTTP, tests from memory. */
import type { Changes, Conversation, Message, MessagePage, Mine, Outgoing, ReadMark, Roster } from '@/api';

export type Around = { before?: number; after?: number; around?: number };

export interface Office {
  conversations(): Promise<Conversation[]>;
  conversation(id: string): Promise<Conversation>;
  roster(id: string): Promise<Roster>;
  page(id: string, where: Around): Promise<MessagePage>;
  changes(id: string, after: number): Promise<Changes>;
  send(id: string, outgoing: Outgoing): Promise<Message>;
  edit(message: string, text: string, mentions: string[]): Promise<Message>;
  recall(message: string): Promise<Message>;
  hide(message: string): Promise<void>;
  restore(message: string): Promise<void>;
  react(message: string, emoji: string, on: boolean): Promise<void>;
  pin(message: string, on: boolean): Promise<void>;
  vote(message: string, options: number[]): Promise<Message>;
  closePoll(message: string): Promise<Message>;
  read(id: string, seq: number): Promise<ReadMark>;
  mine(id: string, change: Partial<Mine>): Promise<Mine>;
  typing(id: string): Promise<void>;
}
