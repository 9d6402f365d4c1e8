/** The values of conversations and messages. Kinds and rules are known better than the description says. */

import type { FileCard, FileGroup } from './drive';
import type { CardData, Level, LinkPreview, ProgramFace, UrgentMark } from './extras';
import type { Schemas, With, Written } from './written';

export type ConversationKind = 'direct' | 'group' | 'department' | 'everyone';
export type ConversationRole = Schemas['ChatRole'];

/** Who may do something: everybody in the conversation, or its owner and administrators. */
export type Who = Schemas['ChatWho'];

export type ConversationRules = With<
  Schemas['ChatRules'],
  Record<'at_all' | 'add_members' | 'pin' | 'edit', Who>
>;

export type PersonCard = Written<Schemas['ChatPerson']>;
export type Membership = With<Schemas['ChatMember'], { role: ConversationRole }>;
export type Roster = { members: Membership[]; people: PersonCard[] };

/** What a conversation is to the one who looks at it. */
export type Mine = With<Schemas['ChatMine'], { role: ConversationRole; level?: Level }>;

export type Conversation = With<
  Written<Schemas['ChatConversation']>,
  {
    kind: ConversationKind;
    peer: PersonCard | null;
    last_message: Message | null;
    rules: ConversationRules;
    mine: Mine;
    /** How many ask to be let in; known to those who may. */
    waiting_requests?: number;
  }
>;

export type SystemData = Written<Schemas['ChatSystem']>;
export type PollData = Written<Schemas['ChatPoll']>;
export type CallData = Written<Schemas['ChatCall']>;
export type MergedData = With<
  Schemas['ChatMerged'],
  { messages: With<Schemas['ChatMergedMessage'], { files: FileCard[] }>[] }
>;
export type FilesData = With<Schemas['ChatFiles'], { files: FileCard[] }>;
export type VoiceData = With<Schemas['ChatVoice'], { file: FileCard }>;
export type LocationData = Schemas['ChatLocation'];
export type ContactData = Written<Schemas['ChatContact']>;
export type StickerData = With<Schemas['ChatStickerSent'], { sticker: FileCard }>;

/** A picture that somebody has collected to answer with. */
export type Sticker = With<Schemas['ChatSticker'], { file: FileCard }>;
export type SubjectData = Schemas['ChatSubject'];

/** A group that somebody owns, for those who hand it over. */
export type OwnedGroup = Schemas['ChatOwnedGroup'];

/** A file of a conversation, and the message that brought it. */
export type SentFile = With<Written<Schemas['ChatSentFile']>, { file: FileCard }>;
export type SentFiles = With<Written<Schemas['ChatSentFiles']>, { files: SentFile[] }>;

/** What a message is, beside its text. */
export type Content =
  | { kind: 'text'; data: null }
  | { kind: 'system'; data: SystemData | null }
  | { kind: 'poll'; data: PollData | null }
  | { kind: 'call'; data: CallData | null }
  | { kind: 'merged'; data: MergedData | null }
  | { kind: 'card'; data: CardData | null }
  | { kind: 'files'; data: FilesData | null }
  | { kind: 'voice'; data: VoiceData | null }
  | { kind: 'location'; data: LocationData | null }
  | { kind: 'contact'; data: ContactData | null }
  | { kind: 'sticker'; data: StickerData | null }
  | { kind: 'subject'; data: SubjectData | null };

export type Quote = With<
  Written<Schemas['ChatQuote']>,
  {
    kind: Content['kind'];
    /** What the program is called that said it. */
    program_name?: string | null;
    group: FileGroup | null;
  }
>;
export type Reaction = Schemas['ChatReaction'];

export type Message = Content &
  With<
    Omit<Written<Schemas['ChatMessage']>, keyof Content>,
    {
      reply_to: Quote | null;
      urgent?: UrgentMark | null;
      preview?: LinkPreview | null;
      program?: ProgramFace | null;
    }
  >;

/** A message that waits among what one has to do. */
export type LaterMessage = Message & {
  due_at?: number | null;
  note?: string | null;
  done_at?: number | null;
};

/** Somebody is asked to confirm that they have read a message. */
export type Urgent = {
  id: string;
  /** Absent for whoever has deleted it for themselves. */
  message: Message | null;
  conversation_id: string;
  by: string;
  at: number;
  repeat_minutes: number | null;
  confirmed: { member_id: string; at: number }[];
  waiting: string[];
  ended_at: number | null;
};

/** Somebody who wants to be let into a group. */
export type JoinRequest = { id: string; person: PersonCard; note: string; asked_at: number };

export type MessagePage = With<Schemas['ChatHistory'], { messages: Message[] }>;
export type Changes = With<Schemas['ChatChanges'], { messages: Message[] }>;
export type ReadMark = Schemas['ChatCursor'];
export type Readers = Schemas['ChatReaders'];
export type FoundPage = With<
  Written<Schemas['ChatHits']>,
  { hits: With<Schemas['ChatHit'], { message: Message }>[] }
>;
export type PollPlan = Schemas['ChatNewPoll'];

/** What one sends; repeating it under the same `client_id` sends nothing twice. */
export type Outgoing = Schemas['ChatNewMessage'];
