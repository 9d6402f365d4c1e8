/** What came to conversations later: links to join, scheduled and urgent messages, programs, previews. */

/** What one wants to hear of a conversation. */
export type Level = 'all' | 'mentions' | 'none';

/** A link by which one joins a group. */
export type JoinLink = {
  token: string;
  url: string;
  expires_at: number | null;
  approval: boolean;
  created_by: string | null;
};

/** What a link shows to whoever may join by it. */
export type JoinDoor = {
  title: string;
  member_count: number;
  announcement: string;
  approval: boolean;
  state: 'open' | 'asked' | 'member';
  conversation_id?: string | null;
};

/** Written now, to be sent later. */
export type Scheduled = {
  id: string;
  conversation_id: string;
  conversation_title: string;
  text: string;
  send_at: number;
  /** Why it could not be sent. */
  failed?: string | null;
};

/** What a message says of its urgency. */
export type UrgentMark = { id: string; to: number; confirmed: number };

export type LinkPreview = { url: string; title: string; description: string; site: string };

/** The program that speaks. */
export type ProgramFace = {
  id: string;
  name: string;
  /** An emoji, or nothing. */
  avatar: string;
  kind: 'robot' | 'bot';
};

export type CardColour = 'grey' | 'blue' | 'green' | 'orange' | 'red' | 'purple';

export type CardButton = {
  text: string;
  style?: 'primary' | 'default' | 'danger';
  url?: string | null;
  action?: string | null;
  value?: string | null;
};

export type CardBlock =
  | { type: 'text'; markdown: string }
  | { type: 'fields'; items: { name: string; value: string; short: boolean; url?: string | null }[] }
  | {
      type: 'image';
      file_id?: string | null;
      url?: string | null;
      alt?: string | null;
      title?: string | null;
    }
  | { type: 'divider' }
  | { type: 'note'; markdown: string }
  | {
      type: 'links';
      items: { title: string; url: string; image?: string | null; description?: string | null }[];
    }
  | { type: 'buttons'; stacked: boolean; items: CardButton[] }
  | {
      type: 'select';
      action: string;
      placeholder?: string | null;
      options: { text: string; value: string }[];
    };

/** A card of a program: one shape for every vendor’s robots and for bots. */
export type CardData = {
  header: { title: string; color: CardColour } | null;
  blocks: CardBlock[];
  /** One line for lists. */
  summary: string;
};
