/** The values of the drive: spaces, folders, files, links. Kinds are known better than the description says. */
import type { Schemas, With, Written } from './written';

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

type Looks = { group: FileGroup; scan: 'clean' | 'waiting' | 'infected' };
type EntryKind = 'folder' | 'file';

/** A file as messages carry it. */
export type FileCard = With<Written<Schemas['DriveFile']>, Looks>;

export type DrivePerson = Written<Schemas['DrivePerson']>;
export type Space = With<Written<Schemas['DriveSpace']>, { kind: 'personal' | 'conversation' }>;
export type Spaces = With<Schemas['DriveSpaces'], { spaces: Space[] }>;
export type Entry = With<
  Written<Schemas['DriveEntry']>,
  Looks & { kind: EntryKind; created_by: DrivePerson }
>;
export type Step = Schemas['DriveFolder'];
export type EntryPage = With<Written<Schemas['DriveEntries']>, { entries: Entry[] }>;
export type FileVersion = With<Schemas['DriveVersion'], { by: DrivePerson }>;

/** Its token is told once, when the link is made. */
export type ShareLink = With<Schemas['DriveLink'], { expires_at: number | null; created_by: DrivePerson }>;

/** An entry as somebody without an account sees it. */
export type SharedEntry = With<Written<Schemas['DriveSharedEntry']>, Looks & { kind: EntryKind }>;

/** What stands behind a shared link, once it has let somebody in; of a folder, what lies in it at any depth. */
export type Shared = With<
  Schemas['DriveShared'],
  { entry: SharedEntry; children?: SharedEntry[]; expires_at: number | null }
>;

export type DriveSettings = Schemas['DriveSettings'];

/** The files of somebody who left. */
export type SpaceLeft = Schemas['DriveSpaceLeft'];
