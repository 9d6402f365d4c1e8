/** The values of conversations and messages, as the office writes them. Times are milliseconds UTC. */

export type ConversationKind = 'direct' | 'group' | 'department' | 'everyone';
export type ConversationRole = 'owner' | 'admin' | 'member';

/** Who may do something: everybody in the conversation, or its owner and administrators. */
export type Who = 'everyone' | 'admins';

export type ConversationRules = {
  at_all: Who;
  add_members: Who;
  pin: Who;
  edit: Who;
  history_for_new: boolean;
  muted_all: boolean;
  join_by_link: 'open' | 'approval' | 'off';
};

export type PersonCard = {
  id: string;
  name: string;
  title: string | null;
  avatar_url: string | null;
};

export type Membership = {
  member_id: string;
  role: ConversationRole;
  nickname: string;
  read_seq: number;
  joined_seq: number;
};

/** What a conversation is to the one who looks at it. */
export type Mine = {
  role: ConversationRole;
  nickname: string;
  read_seq: number;
  joined_seq: number;
  unread: number;
  mentions: number;
  muted: boolean;
  pinned: boolean;
  pin_position: number;
  draft: string;
  marked_unread: boolean;
};

export type Conversation = {
  id: string;
  kind: ConversationKind;
  title: string;
  peer: PersonCard | null;
  member_count: number;
  announcement: string;
  created_at: number;
  change: number;
  last_seq: number;
  last_message: Message | null;
  rules: ConversationRules;
  mine: Mine;
};

export type SystemData = {
  event:
    | 'created'
    | 'members_added'
    | 'member_left'
    | 'member_removed'
    | 'renamed'
    | 'announced'
    | 'owner_changed'
    | 'role_changed'
    | 'pinned'
    | 'muted_all'
    | 'unmuted_all';
  actor_id: string | null;
  member_ids: string[];
  text: string;
};

export type PollData = {
  question: string;
  options: string[];
  multiple: boolean;
  anonymous: boolean;
  closed_at: number | null;
  counts: number[];
  voters: string[][];
};

export type CallData = {
  meeting_id: string;
  number: string;
  title: string;
  audio_only: boolean;
  state: 'running' | 'ended';
  started_at: number;
  ended_at: number | null;
  participants: string[];
  missed: string[];
};

export type MergedData = {
  title: string;
  messages: { sender_name: string; sent_at: number; text: string }[];
};

/** What a message is, beside its text. */
export type Content =
  | { kind: 'text'; data: null }
  | { kind: 'system'; data: SystemData | null }
  | { kind: 'poll'; data: PollData | null }
  | { kind: 'call'; data: CallData | null }
  | { kind: 'merged'; data: MergedData | null };

export type Quote = { id: string; seq: number; sender_id: string | null; text: string };
export type Reaction = { emoji: string; member_ids: string[] };

export type Message = Content & {
  id: string;
  conversation_id: string;
  seq: number;
  change: number;
  client_id: string;
  sender_id: string | null;
  sent_at: number;
  edited_at: number | null;
  recalled_at: number | null;
  recalled_by: string | null;
  pinned_at: number | null;
  pinned_by: string | null;
  text: string;
  mentions: string[];
  mentions_all: boolean;
  reply_to: Quote | null;
  thread_root: number | null;
  thread_replies: number;
  reactions: Reaction[];
};

export type MessagePage = { messages: Message[]; has_before: boolean; has_after: boolean; change: number };
export type Changes = { messages: Message[]; change: number; more: boolean };
export type Roster = { members: Membership[]; people: PersonCard[] };
export type ReadMark = { read_seq: number; unread: number; mentions: number };
export type Readers = { read: string[]; unread: string[] };
export type FoundPage = {
  hits: { message: Message; conversation_title: string }[];
  next_cursor: string | null;
};

export type PollPlan = { question: string; options: string[]; multiple: boolean; anonymous: boolean };

/** What one sends; repeating it under the same `client_id` sends nothing twice. */
export type Outgoing = {
  client_id: string;
  text: string;
  mentions?: string[];
  mentions_all?: boolean;
  reply_to?: string;
  thread_root?: number;
  poll?: PollPlan;
};
