/** What a capability tells the shell about itself. It joins by one line in `capabilities.ts`. */
import type { LucideIcon } from 'lucide-react';
import type { ComponentType } from 'react';
import type { Permission, Subject } from '@/api';

/** A screen. `shell` draws it beside the rail, `bare` gives it the whole window. */
export type Screen = {
  /** TanStack path, for example `/meetings/$number`. */
  path: string;
  frame: 'shell' | 'bare';
  access: 'member' | 'anyone';
  load: () => Promise<{ default: ComponentType }>;
};

/** An entry of the rail and of the phone's tab bar. `label` is a key in the capability's namespace. */
export type NavEntry = {
  to: string;
  icon: LucideIcon;
  label: string;
  permission?: Permission;
  phone?: boolean;
  /** How much waits there. */
  useBadge?: () => number;
};

/** A line of Ctrl/⌘ K. */
export type Command = {
  id: string;
  label: string;
  icon: LucideIcon;
  permission?: Permission;
  keys?: string;
} & ({ to: string; run?: () => void } | { run: () => void; to?: never });

/** A page of the administration. `label` is a key in the capability's namespace. */
export type AdminPage = { to: string; icon: LucideIcon; label: string; permission: Permission };

/** What a part beside a conversation is told of it. */
export type Beside = { conversation: string; isGroup: boolean; mayManage: boolean };

/** Something one may type after `/` in a conversation. */
export type SlashCommand = { command: string; hint: string; description: string; by: string };

/** What a program says to one person alone. */
export type Whisper = { text: string | null; card: unknown };

/** Somebody to ring. */
export type Callee = { id: string; name: string };

/** Acts that other capabilities may ask for without knowing who does them. */
export type Acts = {
  /** Rings people into a new meeting; resolves to the path to go to. */
  callPeople?: (people: Callee[], options: { audioOnly: boolean; title?: string }) => Promise<string>;
  /** Calls the people around something together, or joins those who talk about it; resolves to the path to go to. */
  callAbout?: (subject: Subject, options: { audioOnly: boolean }) => Promise<string>;
  /** Asks in which conversations a thing is to be shown as a card. */
  share?: (subject: Subject & { title: string }) => Promise<void>;
  /** Opens the conversation with somebody; resolves to the path to go to. */
  messagePerson?: (id: string) => Promise<string>;
  /** Makes a group of people; resolves to the path to go to. */
  messagePeople?: (people: Callee[]) => Promise<string>;
  /** Opens the conversation of a department; resolves to the path to go to. */
  messageDepartment?: (id: string) => Promise<string>;
  /** What one may type after `/` in a conversation. */
  slashCommands?: (conversation: string) => Promise<SlashCommand[]>;
  /** Gives a command to its program; resolves to what it says to this person alone. */
  runSlashCommand?: (conversation: string, command: string, text: string) => Promise<Whisper | null>;
  /** Tells a program that a button of its message was pressed; resolves to what it says about that. */
  pressButton?: (message: string, action: string, value?: string) => Promise<string | null>;
};

/** What Ctrl/⌘ K finds for typed words. */
export type Hit = {
  id: string;
  title: string;
  detail?: string;
  to: string;
  icon?: LucideIcon;
  person?: Callee & { avatar_url: string | null };
};

export type Capability = {
  /** Folder, translation namespace and URL word. */
  id: string;
  nav?: NavEntry;
  screens: Screen[];
  /** Mounted once while somebody is signed in: incoming calls and the like. */
  overlay?: () => Promise<{ default: ComponentType }>;
  /** Drawn over a meeting, which has no shell. It hides itself while the screen is shown to others. */
  inMeeting?: () => Promise<{ default: ComponentType }>;
  acts?: () => Promise<Acts>;
  commands?: Command[];
  /** The icon of each kind of notice: `invited` for `meetings.invited`. Its words are `notices` in the translations. */
  notices?: Record<string, LucideIcon>;
  /** Sections of the page about oneself. */
  settings?: () => Promise<{ default: ComponentType }>;
  /** Pages for those who look after the office. */
  admin?: AdminPage[];
  /** What may be done about a member; `to` is the path, which is told of them as `?member=`. */
  ofMember?: AdminPage[];
  /** A tab beside each group; `label` is a key in the capability's namespace. */
  beside?: { label: string; load: () => Promise<{ default: ComponentType<Beside> }> };
  search?: () => Promise<{ search: (words: string, signal: AbortSignal) => Promise<Hit[]> }>;
};
