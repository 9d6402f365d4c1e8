/**
 * What each event makes of the state of a call. Pure: times, ids and names come with the event.
 */

import { readMetadata } from './metadata';
import {
  type CallState,
  type CameraQuality,
  type ChatEntry,
  type Connection,
  type Corner,
  type Devices,
  type EndReason,
  type Happening,
  handQueue,
  type Layout,
  type Line,
  type MeetingFacts,
  type Notice,
  type OwnMedia,
  type Panel,
  type Person,
  type Reaction,
  type SelfView,
} from './state';

export type CallEvent =
  | { type: 'connecting'; connection: Exclude<Connection, 'idle' | 'joined' | 'ended'> }
  | { type: 'joined'; me: string; people: readonly Person[]; at: number }
  | { type: 'ended'; reason: EndReason; at: number; detail?: string }
  | { type: 'person'; person: Person; at: number }
  | { type: 'person_left'; identity: string; at: number }
  | { type: 'speakers'; identities: readonly string[]; at: number }
  | { type: 'metadata'; text: string }
  | { type: 'meeting'; facts: Partial<MeetingFacts> }
  | { type: 'own_media'; what: 'microphone' | 'camera' | 'share'; state: OwnMedia; hasAudio?: boolean }
  | { type: 'hold_to_talk'; holding: boolean }
  | { type: 'music_mode'; on: boolean }
  | { type: 'camera_quality'; quality: CameraQuality }
  | { type: 'devices'; devices: Devices }
  | { type: 'line'; line: Line }
  | { type: 'line_state'; id: string; state: Line['state'] }
  | { type: 'reaction'; reaction: Reaction }
  | { type: 'reaction_over'; id: string }
  | { type: 'notice'; notice: Notice }
  | { type: 'notice_over'; id: string }
  | { type: 'audio_blocked'; blocked: boolean }
  | { type: 'panel'; panel: Panel | null }
  | { type: 'layout'; layout: Layout }
  | { type: 'self_view'; selfView: SelfView }
  | { type: 'self_corner'; corner: Corner }
  | { type: 'pin'; identity: string | null }
  | { type: 'page_size'; perPage: number };

/** Older messages leave the panel; the meeting's chat is not its archive. */
const CHAT_ENTRIES_MAX = 500;
const REACTIONS_MAX = 24;
/** Arrivals and departures this close together share one line. */
const HAPPENING_JOIN_MS = 60_000;

export function reduce(state: CallState, event: CallEvent): CallState {
  switch (event.type) {
    case 'connecting':
      return { ...state, connection: event.connection, ended: null };
    case 'joined':
      return joined(state, event.me, event.people, event.at);
    case 'ended':
      return ended(state, event.reason, event.at, event.detail ?? null);
    case 'person':
      return withPerson(state, event.person, event.at);
    case 'person_left':
      return withoutPerson(state, event.identity, event.at);
    case 'speakers':
      return withSpeakers(state, event.identities, event.at);
    case 'metadata':
      return withFacts(state, readMetadata(event.text, state.meeting));
    case 'meeting':
      return withFacts(state, { ...state.meeting, ...event.facts });
    case 'own_media':
      return {
        ...state,
        [event.what]: event.state,
        ...(event.what === 'share' ? { shareHasAudio: event.hasAudio ?? false } : {}),
      };
    case 'hold_to_talk':
      return { ...state, holdingToTalk: event.holding };
    case 'music_mode':
      return { ...state, musicMode: event.on };
    case 'camera_quality':
      return { ...state, cameraQuality: event.quality };
    case 'devices':
      return { ...state, devices: event.devices };
    case 'line':
      return withLine(state, event.line);
    case 'line_state':
      return {
        ...state,
        chat: state.chat.map((entry) =>
          'text' in entry && entry.id === event.id ? { ...entry, state: event.state } : entry,
        ),
      };
    case 'reaction':
      return { ...state, reactions: [...state.reactions, event.reaction].slice(-REACTIONS_MAX) };
    case 'reaction_over':
      return { ...state, reactions: state.reactions.filter((one) => one.id !== event.id) };
    case 'notice':
      return {
        ...state,
        notices: [...state.notices.filter((one) => one.kind !== event.notice.kind), event.notice],
      };
    case 'notice_over':
      return { ...state, notices: state.notices.filter((one) => one.id !== event.id) };
    case 'audio_blocked':
      return { ...state, audioBlocked: event.blocked };
    case 'panel':
      return { ...state, panel: event.panel, unread: event.panel === 'chat' ? 0 : state.unread };
    case 'layout':
      return { ...state, layout: event.layout };
    case 'self_view':
      return { ...state, selfView: event.selfView };
    case 'self_corner':
      return { ...state, selfCorner: event.corner };
    case 'pin':
      return { ...state, pinned: event.identity };
    case 'page_size':
      return event.perPage === state.perPage ? state : { ...state, perPage: event.perPage };
  }
}

/** The list that came with the join is the truth; whoever is not on it has gone meanwhile. */
function joined(state: CallState, me: string, list: readonly Person[], at: number): CallState {
  const people: Record<string, Person> = {};
  for (const person of list) people[person.identity] = person;
  const kept = state.order.filter((identity) => people[identity]);
  const fresh = [...list]
    .filter((person) => !kept.includes(person.identity))
    .sort((a, b) => Number(b.me) - Number(a.me) || a.joinedAt - b.joinedAt)
    .map((person) => person.identity);
  return forgetAbsent({
    ...state,
    connection: 'joined',
    ended: null,
    joinedAt: state.joinedAt ?? at,
    me,
    people,
    order: [...kept, ...fresh],
  });
}

function ended(state: CallState, reason: EndReason, at: number, detail: string | null): CallState {
  if (state.connection === 'ended') return state;
  return {
    ...state,
    connection: 'ended',
    ended: { reason, at, detail },
    speaking: [],
    microphone: 'off',
    camera: 'off',
    share: 'off',
    holdingToTalk: false,
    notices: [],
    reactions: [],
  };
}

function withPerson(state: CallState, person: Person, at: number): CallState {
  const before = state.people[person.identity];
  if (before && samePerson(before, person)) return state;
  const people = { ...state.people, [person.identity]: person };
  if (before) return { ...state, people };
  const next = { ...state, people, order: [...state.order, person.identity] };
  return person.me ? next : withHappening(next, 'joined', person, at);
}

/** While we are away ourselves nobody leaves: their tiles wait for the list that comes with the return. */
function withoutPerson(state: CallState, identity: string, at: number): CallState {
  const person = state.people[identity];
  if (!person || person.me || state.connection === 'resuming' || state.connection === 'rejoining')
    return state;
  const { [identity]: _, ...people } = state.people;
  const order = state.order.filter((one) => one !== identity);
  return withHappening(forgetAbsent({ ...state, people, order }), 'left', person, at);
}

/** Drops marks that point at people who are no longer here. */
function forgetAbsent(state: CallState): CallState {
  const here = (identity: string | null): identity is string =>
    identity !== null && state.people[identity] !== undefined;
  return {
    ...state,
    speaking: state.speaking.filter(here),
    speaker: here(state.speaker) ? state.speaker : null,
    pinned: here(state.pinned) ? state.pinned : null,
  };
}

function withSpeakers(state: CallState, identities: readonly string[], at: number): CallState {
  const speaking = identities.filter((identity) => state.people[identity]);
  const spokeAt = { ...state.spokeAt };
  for (const identity of speaking) spokeAt[identity] = at;
  const voice = speaking.find((identity) => identity !== state.me);
  const keeps = state.speaker !== null && speaking.includes(state.speaker);
  const speaker = keeps ? state.speaker : (voice ?? state.speaker);
  return { ...state, speaking, spokeAt, speaker, order: bringForward(state, speaking) };
}

/**
 * A voice from a later page changes places with whoever on the first page has been silent longest;
 * all others stay where they are.
 */
function bringForward(state: CallState, speaking: readonly string[]): readonly string[] {
  const order = [...state.order];
  const raised = handQueue(state);
  for (const identity of speaking) {
    const from = order.indexOf(identity);
    if (from < state.perPage) continue;
    const to = order
      .slice(0, state.perPage)
      .map((one, index) => ({ one, index, spoke: state.spokeAt[one] ?? 0 }))
      .filter(({ one }) => one !== state.me && one !== state.pinned)
      .filter(({ one }) => !speaking.includes(one) && !raised.includes(one))
      .sort((a, b) => a.spoke - b.spoke || b.index - a.index)[0];
    if (!to) continue;
    order[from] = to.one;
    order[to.index] = identity;
  }
  return order.every((one, index) => one === state.order[index]) ? state.order : order;
}

function withFacts(state: CallState, meeting: MeetingFacts): CallState {
  return { ...state, meeting };
}

function withLine(state: CallState, line: Line): CallState {
  if (state.chat.some((entry) => entry.id === line.id)) return state;
  const mine = line.identity === state.me;
  const seen = mine || state.panel === 'chat';
  return { ...state, chat: append(state.chat, line), unread: seen ? state.unread : state.unread + 1 };
}

function withHappening(
  state: CallState,
  happening: Happening['happening'],
  person: Person,
  at: number,
): CallState {
  if (state.connection !== 'joined') return state;
  const last = state.chat[state.chat.length - 1];
  if (last && 'happening' in last && last.happening === happening && at - last.at < HAPPENING_JOIN_MS) {
    const names = last.names.includes(person.name) ? last.names : [...last.names, person.name];
    return { ...state, chat: [...state.chat.slice(0, -1), { ...last, names }] };
  }
  const id = `${happening}-${person.identity}-${at}`;
  return { ...state, chat: append(state.chat, { id, happening, names: [person.name], at }) };
}

function append(chat: readonly ChatEntry[], entry: ChatEntry): readonly ChatEntry[] {
  return [...chat, entry].slice(-CHAT_ENTRIES_MAX);
}

function samePerson(a: Person, b: Person): boolean {
  return (Object.keys(a) as (keyof Person)[]).every((key) => Object.is(a[key], b[key]));
}
