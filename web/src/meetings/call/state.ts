/**
 * What is known about a call at one moment: plain values, no tracks, no elements, no texts.
 * `reduce.ts` is the only place that makes a new one.
 */

export type Connection = 'idle' | 'joining' | 'joined' | 'resuming' | 'rejoining' | 'ended';

export type EndReason =
  | 'left'
  | 'ended_by_me'
  | 'ended_by_host'
  | 'removed'
  | 'duplicate'
  | 'refused'
  | 'lost';

/** How well somebody's packets arrive, worst last. */
export type Network = 'unknown' | 'excellent' | 'good' | 'poor' | 'lost';

/** Somebody in the room. Track ids are null while there is nothing to show or hear. */
export interface Person {
  readonly identity: string;
  readonly name: string;
  readonly avatarUrl: string | null;
  readonly me: boolean;
  readonly guest: boolean;
  readonly joinedAt: number;
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly cameraTrack: string | null;
  readonly screenTrack: string | null;
  readonly microphoneTrack: string | null;
  readonly screenAudioTrack: string | null;
  readonly handRaisedAt: number | null;
  readonly network: Network;
}

export interface MeetingSettings {
  readonly guests_allowed: boolean;
  readonly mute_on_entry: boolean;
  readonly start_before_host: boolean;
  readonly locked: boolean;
}

/** What the room's metadata says; the server is its only author. */
export interface MeetingFacts {
  readonly id: string;
  readonly number: string;
  readonly title: string;
  readonly link: string;
  readonly host: string | null;
  readonly coHosts: readonly string[];
  readonly settings: MeetingSettings;
  readonly startedAt: number | null;
  readonly locked: boolean;
}

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

export interface Device {
  readonly id: string;
  readonly label: string;
}

export interface Devices {
  readonly lists: Readonly<Record<DeviceKind, readonly Device[]>>;
  readonly chosen: Readonly<Record<DeviceKind, string | null>>;
}

/** Own microphone, camera or share. `refused` is the browser's no, `missing` an absent device. */
export type OwnMedia = 'off' | 'starting' | 'on' | 'refused' | 'missing' | 'failed';

export interface Line {
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  readonly text: string;
  readonly at: number;
  readonly state: 'sent' | 'sending' | 'failed';
}

/** A line of the room itself among the messages. */
export interface Happening {
  readonly id: string;
  readonly happening: 'joined' | 'left';
  readonly names: readonly string[];
  readonly at: number;
}

export type ChatEntry = Line | Happening;

export interface Reaction {
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  readonly emoji: string;
  readonly at: number;
}

export type NoticeKind =
  | 'muted_by_host'
  | 'camera_stopped_by_host'
  | 'share_stopped_by_host'
  | 'asked_to_unmute'
  | 'hand_lowered'
  | 'talking_while_muted'
  | 'device_lost'
  | 'device_found'
  | 'device_back'
  | 'device_failed'
  | 'media_refused'
  | 'media_missing'
  | 'media_failed'
  | 'media_stopped'
  | 'call_declined'
  | 'became_host'
  | 'became_co_host'
  | 'act_failed';

export interface Notice {
  readonly id: string;
  readonly kind: NoticeKind;
  /** A name the text wants: a device, a person, or an act's own message. */
  readonly subject: string | null;
  readonly device: DeviceKind | null;
}

export type Layout = 'grid' | 'speaker';
export type Panel = 'chat' | 'people' | 'invite' | 'host' | 'statistics';
export type SelfView = 'auto' | 'tile' | 'float' | 'hidden';
/** Where my own floating picture stands. */
export type Corner = 'bottom-right' | 'bottom-left' | 'top-right' | 'top-left';
export const CORNERS: readonly [Corner, ...Corner[]] = [
  'bottom-right',
  'bottom-left',
  'top-right',
  'top-left',
];
export type CameraQuality = 'auto' | '1080' | '720' | '360';

export interface CallState {
  readonly connection: Connection;
  readonly ended: { readonly reason: EndReason; readonly at: number; readonly detail: string | null } | null;
  readonly joinedAt: number | null;
  readonly meeting: MeetingFacts;
  /** My identity; the empty text before the first join. */
  readonly me: string;
  readonly people: Readonly<Record<string, Person>>;
  /** Everyone's place on the stage. Changes only for arrivals, departures and a voice off the page. */
  readonly order: readonly string[];
  readonly speaking: readonly string[];
  readonly spokeAt: Readonly<Record<string, number>>;
  /** Whose picture is large in the speaker layout: the last voice that was not mine. */
  readonly speaker: string | null;
  readonly pinned: string | null;
  readonly perPage: number;
  readonly layout: Layout;
  readonly selfView: SelfView;
  readonly selfCorner: Corner;
  readonly panel: Panel | null;
  readonly microphone: OwnMedia;
  readonly camera: OwnMedia;
  readonly share: OwnMedia;
  readonly shareHasAudio: boolean;
  /** The space bar is held and has opened a muted microphone. */
  readonly holdingToTalk: boolean;
  readonly musicMode: boolean;
  readonly cameraQuality: CameraQuality;
  readonly devices: Devices;
  readonly chat: readonly ChatEntry[];
  readonly unread: number;
  readonly reactions: readonly Reaction[];
  readonly notices: readonly Notice[];
  readonly audioBlocked: boolean;
}

export const noDevices: Devices = {
  lists: { microphone: [], camera: [], speaker: [] },
  chosen: { microphone: null, camera: null, speaker: null },
};

export const openSettings: MeetingSettings = {
  guests_allowed: true,
  mute_on_entry: false,
  start_before_host: true,
  locked: false,
};

export function initialState(meeting: Partial<MeetingFacts> = {}): CallState {
  return {
    connection: 'idle',
    ended: null,
    joinedAt: null,
    meeting: {
      id: '',
      number: '',
      title: '',
      link: '',
      host: null,
      coHosts: [],
      settings: openSettings,
      startedAt: null,
      locked: false,
      ...meeting,
    },
    me: '',
    people: {},
    order: [],
    speaking: [],
    spokeAt: {},
    speaker: null,
    pinned: null,
    perPage: 9,
    layout: 'grid',
    selfView: 'auto',
    selfCorner: 'bottom-right',
    panel: null,
    microphone: 'off',
    camera: 'off',
    share: 'off',
    shareHasAudio: false,
    holdingToTalk: false,
    musicMode: false,
    cameraQuality: 'auto',
    devices: noDevices,
    chat: [],
    unread: 0,
    reactions: [],
    notices: [],
    audioBlocked: false,
  };
}

export type Role = 'host' | 'co_host' | 'member' | 'guest';

export function roleOf(state: CallState, identity: string): Role {
  if (state.meeting.host === identity) return 'host';
  if (state.meeting.coHosts.includes(identity)) return 'co_host';
  return state.people[identity]?.guest ? 'guest' : 'member';
}

/** Whether I may act on others: mute, remove, let in. */
export function leads(state: CallState): boolean {
  const role = roleOf(state, state.me);
  return role === 'host' || role === 'co_host';
}

/** Identities with a raised hand, longest first. */
export function handQueue(state: CallState): string[] {
  return Object.values(state.people)
    .filter((person) => person.handRaisedAt !== null)
    .sort((a, b) => (a.handRaisedAt ?? 0) - (b.handRaisedAt ?? 0) || a.identity.localeCompare(b.identity))
    .map((person) => person.identity);
}

/** Who shows a screen, the earliest arrival first; me only when nobody else does. */
export function sharer(state: CallState): Person | null {
  const sharing = state.order
    .map((identity) => state.people[identity])
    .filter((person): person is Person => person !== undefined && person.screenTrack !== null);
  return sharing.find((person) => !person.me) ?? sharing[0] ?? null;
}
