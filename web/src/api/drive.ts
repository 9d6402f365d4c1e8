/** The values of the drive: spaces, folders, files, links. */

/** What a file is to whoever looks at it. */
export type FileGroup =
  | 'image'
  | 'video'
  | 'audio'
  | 'pdf'
  | 'text'
  | 'code'
  | 'archive'
  | 'office'
  | 'other';

export type Scan = 'clean' | 'waiting' | 'infected';

/** A file as messages carry it. */
export type FileCard = {
  id: string;
  name: string;
  size: number;
  media_type: string;
  group: FileGroup;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  has_thumbnail: boolean;
  scan: Scan;
};

export type DrivePerson = { id: string; name: string; avatar_url: string | null };

export type Space = {
  id: string;
  kind: 'personal' | 'conversation';
  title: string;
  conversation_id: string | null;
  can_write: boolean;
  used_bytes: number;
  quota_bytes: number;
};

export type Spaces = { spaces: Space[]; used_bytes: number; quota_bytes: number };

export type Entry = FileCard & {
  kind: 'folder' | 'file';
  versions: number;
  created_at: number;
  changed_at: number;
  created_by: DrivePerson;
  /** At the top when there is none. */
  folder_id: string | null;
  /** None when it was sent with a message. */
  space_id: string | null;
  shared: boolean;
  binned_at: number | null;
};

export type Step = { id: string; name: string };
export type EntryPage = { entries: Entry[]; path: Step[]; next: string | null };
export type FoundEntries = { entries: Entry[]; next: string | null };
export type FileVersion = { number: number; size: number; at: number; by: DrivePerson };

export type ShareLink = {
  id: string;
  /** Told once, when the link is made. */
  token?: string;
  has_password: boolean;
  download: boolean;
  expires_at: number | null;
  visits: number;
  created_by: DrivePerson;
  created_at: number;
};

/** An entry as somebody without an account sees it. */
export type SharedEntry = FileCard & { kind: 'folder' | 'file'; folder_id: string | null };

/** What stands behind a shared link, once it has let somebody in. */
export type Shared = {
  entry: SharedEntry;
  /** What lies in a shared folder, at any depth. */
  children?: SharedEntry[];
  by: { name: string };
  download: boolean;
  expires_at: number | null;
  ticket: string;
};
