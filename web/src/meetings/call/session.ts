/**
 * A call, outside React: owns the room, the own devices in it and the way back after a loss, and tells
 * all of it as one plain state. Views read the state and call the methods; they never see the room.
 */
import { type DisconnectReason, type Participant, Room, RoomEvent, setLogLevel, Track } from 'livekit-client';
import { Store } from '@/lib';
import { Awake } from './awake';
import type { Call, MutableSource } from './call';
import { roomOptions } from './capture';
import { type Inside, messageOf } from './inside';
import type { OwnDevices } from './own';
import { OwnTracks } from './own-tracks';
import { readPerson, sidOf } from './person';
import { type Preferences, rememberView } from './preferences';
import { type CallEvent, reduce } from './reduce';
import { endOf, GIVE_UP_MS, isFinal, pauseMs } from './retry';
import {
  type CallState,
  type CameraQuality,
  type Corner,
  type DeviceKind,
  type EndReason,
  initialState,
  type Layout,
  leads,
  type MeetingFacts,
  type Panel,
  roleOf,
  type SelfView,
} from './state';
import { readStatistics, type Sample, type TrackStatistics } from './statistics';
import { CHAT_TOPIC, Talk } from './talk';
import { JoinClock } from './timings';

/** The office's answer to "let me in". */
export interface Admission {
  readonly url: string;
  readonly token: string;
  readonly facts: Partial<MeetingFacts>;
  readonly muteOnEntry: boolean;
}

/** What a host asks the office to do; the server decides whether it may be done. */
export interface HostActs {
  mute(identity: string, source: MutableSource): Promise<void>;
  muteAll(): Promise<void>;
  lowerHand(identity: string): Promise<void>;
  setCoHost(identity: string, coHost: boolean): Promise<void>;
  handOver(identity: string): Promise<void>;
  remove(identity: string): Promise<void>;
  changeSettings(settings: Record<string, boolean>): Promise<void>;
  end(): Promise<void>;
  ring(memberIds: readonly string[]): Promise<void>;
}

export interface CallParts {
  readonly admit: () => Promise<Admission>;
  readonly acts: HostActs;
  readonly facts: Partial<MeetingFacts>;
  readonly preferences: Preferences;
  readonly now: () => number;
  readonly chance: () => number;
  readonly id: () => string;
}

// Failures are in the state; the library's own log would only repeat them.
setLogLevel('silent');

const NOTICE_SHOWN_MS = 8000;
const STATISTICS_EVERY_MS = 1000;

export class CallSession implements Call {
  readonly clock = new JoinClock(() => performance.now());
  readonly statistics = new Store<readonly TrackStatistics[], readonly TrackStatistics[]>(
    (_, next) => next,
    [],
  );
  readonly #store: Store<CallState, CallEvent>;
  #room: Room | null = null;
  #mutedEntry = false;
  #leaving = false;
  #statisticsTimer: ReturnType<typeof setInterval> | undefined;
  #samples: ReadonlyMap<string, Sample> = new Map();
  readonly #own: OwnTracks;
  readonly #talk: Talk;
  readonly #awake = new Awake();

  constructor(private readonly parts: CallParts) {
    const { layout, selfView, selfCorner, cameraQuality } = parts.preferences;
    const views = { layout, selfView, selfCorner, cameraQuality };
    this.#store = new Store(reduce, { ...initialState(parts.facts), ...views });
    const inside: Inside = {
      room: () => this.#room,
      state: this.state,
      dispatch: this.#store.dispatch,
      notify: this.#notify,
      now: parts.now,
      id: parts.id,
    };
    this.#own = new OwnTracks(inside);
    this.#talk = new Talk(inside);
  }

  state = (): CallState => this.#store.state();
  subscribe = (listener: () => void): (() => void) => this.#store.subscribe(listener);

  // ---- coming and going

  /** Opens what can be opened before the person says "join". */
  prepare(url: string): void {
    this.#room ??= this.#newRoom();
    void this.#room.prepareConnection(url).catch(() => undefined);
    void wakeWebRtc().catch(() => undefined);
  }

  async join(own: OwnDevices | null): Promise<void> {
    this.clock.click();
    this.#store.dispatch({ type: 'connecting', connection: 'joining' });
    if (own) this.#own.takeOver(own);
    window.addEventListener('offline', this.#wentOffline);
    window.addEventListener('online', this.#wentOnline);
    try {
      await this.#connect();
    } catch (error) {
      if (this.#leaving) return;
      if (isFinal(error)) this.#finish('refused', messageOf(error));
      else await this.#comeBack();
    }
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    this.#finish('left');
  }

  async endForAll(): Promise<void> {
    if (await this.#act(this.parts.acts.end())) {
      this.#leaving = true;
      this.#finish('ended_by_me');
    }
  }

  async #connect(): Promise<void> {
    const admission = await this.parts.admit();
    this.clock.mark('token');
    this.#store.dispatch({ type: 'meeting', facts: admission.facts });
    this.#mutedEntry = admission.muteOnEntry;
    const room = this.#room ?? this.#newRoom();
    this.#room = room;
    if (this.#leaving) return;
    await room.connect(admission.url, admission.token, { autoSubscribe: true });
    if (this.#leaving) return void room.disconnect();
    this.clock.mark('connected');
    this.#synchronise();
    this.#awake.start();
    const first = this.clock.timings.published === undefined;
    await this.#own.publish({ muted: first && this.#mutedEntry && !leads(this.state()) });
    this.clock.mark('published');
  }

  /** The library gave up or the server forgot us: ask the office for a new token until it lets us in. */
  async #comeBack(): Promise<void> {
    const since = this.parts.now();
    this.#store.dispatch({
      type: 'connecting',
      connection: this.state().joinedAt === null ? 'joining' : 'rejoining',
    });
    for (let attempt = 0; !this.#leaving; attempt++) {
      this.#dropRoom();
      await pause(pauseMs(attempt, this.parts.chance()));
      if (this.#leaving) return;
      try {
        return await this.#connect();
      } catch (error) {
        if (isFinal(error)) return this.#finish('refused', messageOf(error));
        if (this.parts.now() - since > GIVE_UP_MS) return this.#finish('lost');
      }
    }
  }

  #disconnected = (reason?: DisconnectReason): void => {
    if (this.#leaving || this.state().connection === 'joining') return;
    const end = endOf(reason);
    if (end && end !== 'left') this.#finish(end);
    else if (this.state().connection !== 'rejoining' && this.state().connection !== 'ended')
      void this.#comeBack();
  };

  /** The browser knows before any timer does that the network has gone. */
  #wentOffline = (): void => {
    if (this.state().connection === 'joined')
      this.#store.dispatch({ type: 'connecting', connection: 'resuming' });
  };

  /** A short gap that the room did not even notice. */
  #wentOnline = (): void => {
    if (this.state().connection === 'resuming') this.#synchronise();
  };

  #finish(reason: EndReason, detail?: string): void {
    this.#store.dispatch({ type: 'ended', reason, at: this.parts.now(), detail });
    window.removeEventListener('offline', this.#wentOffline);
    window.removeEventListener('online', this.#wentOnline);
    clearInterval(this.#statisticsTimer);
    this.#own.close();
    this.#awake.stop();
    this.#dropRoom();
  }

  #dropRoom(): void {
    const room = this.#room;
    this.#room = null;
    if (!room) return;
    room.removeAllListeners();
    void room.disconnect(true).catch(() => undefined);
  }

  // ---- the room's events

  #newRoom(): Room {
    const room = new Room(roomOptions);
    const person = (participant: Participant) => this.#person(room, participant);
    const ofTrack = (_: unknown, participant: Participant) => person(participant);
    room
      .on(RoomEvent.SignalConnected, () => this.clock.mark('signal'))
      .on(RoomEvent.ParticipantConnected, person)
      .on(RoomEvent.ParticipantActive, person)
      .on(RoomEvent.ParticipantDisconnected, (participant) => this.#personLeft(room, participant))
      .on(RoomEvent.ParticipantNameChanged, ofTrack)
      .on(RoomEvent.ParticipantAttributesChanged, ofTrack)
      .on(RoomEvent.ConnectionQualityChanged, ofTrack)
      .on(RoomEvent.TrackPublished, ofTrack)
      .on(RoomEvent.TrackUnpublished, ofTrack)
      .on(RoomEvent.TrackSubscribed, (_track, _publication, participant) => {
        this.clock.mark('first_track');
        person(participant);
      })
      .on(RoomEvent.TrackUnsubscribed, (_track, _publication, participant) => person(participant))
      .on(RoomEvent.TrackMuted, (publication, participant) => {
        if (participant.isLocal) this.#own.silenced(publication.source);
        person(participant);
      })
      .on(RoomEvent.TrackUnmuted, ofTrack)
      .on(RoomEvent.LocalTrackPublished, (publication, participant) => {
        this.#own.watch(publication);
        person(participant);
      })
      .on(RoomEvent.LocalTrackUnpublished, (publication, participant) => {
        if (publication.source === Track.Source.ScreenShare)
          this.#store.dispatch({ type: 'own_media', what: 'share', state: 'off' });
        person(participant);
      })
      .on(RoomEvent.ActiveSpeakersChanged, (speakers) =>
        this.#store.dispatch({
          type: 'speakers',
          identities: speakers.map((one) => one.identity),
          at: this.parts.now(),
        }),
      )
      .on(RoomEvent.RoomMetadataChanged, () => this.#metadata(room))
      .on(RoomEvent.SignalReconnecting, () =>
        this.#store.dispatch({ type: 'connecting', connection: 'resuming' }),
      )
      .on(RoomEvent.Reconnecting, () => this.#store.dispatch({ type: 'connecting', connection: 'resuming' }))
      .on(RoomEvent.Reconnected, () => this.#synchronise())
      .on(RoomEvent.Disconnected, this.#disconnected)
      .on(RoomEvent.DataReceived, (bytes, participant, _kind, topic) => {
        if (participant) this.#talk.receive(participant, topic ?? '', bytes);
      })
      .on(RoomEvent.AudioPlaybackStatusChanged, () =>
        this.#store.dispatch({ type: 'audio_blocked', blocked: !room.canPlaybackAudio }),
      );
    room.registerTextStreamHandler(
      CHAT_TOPIC,
      (reader, from) => void this.#talk.hear(room, reader, from.identity),
    );
    return room;
  }

  /** While the connection is down the last known people stay as they were. */
  #person(room: Room, participant: Participant): void {
    if (room !== this.#room || (room.state !== 'connected' && !participant.isLocal)) return;
    if (participant.identity === '' || this.state().connection !== 'joined') return;
    this.#store.dispatch({ type: 'person', person: readPerson(participant), at: this.parts.now() });
  }

  #personLeft(room: Room, participant: Participant): void {
    if (room !== this.#room || room.state !== 'connected') return;
    this.#store.dispatch({ type: 'person_left', identity: participant.identity, at: this.parts.now() });
  }

  #synchronise(): void {
    const room = this.#room;
    if (room?.state !== 'connected') return;
    const everyone = [room.localParticipant, ...room.remoteParticipants.values()];
    const me = room.localParticipant.identity;
    this.#store.dispatch({ type: 'joined', me, people: everyone.map(readPerson), at: this.parts.now() });
    this.#metadata(room);
  }

  #metadata(room: Room): void {
    const before = this.state();
    if (room.metadata) this.#store.dispatch({ type: 'metadata', text: room.metadata });
    const after = this.state();
    if (before.connection !== 'joined' || before.meeting.host === null) return;
    const [was, is] = [roleOf(before, before.me), roleOf(after, after.me)];
    if (was !== is && is === 'host') this.#notify('became_host');
    if (was !== is && is === 'co_host' && was !== 'host') this.#notify('became_co_host');
  }

  // ---- my own devices and words

  toggleMicrophone = () => this.#own.toggleMicrophone();
  toggleCamera = () => this.#own.toggleCamera();
  toggleShare = () => this.#own.toggleShare();
  holdToTalk = (holding: boolean) => this.#own.holdToTalk(holding);
  setMusicMode = (on: boolean) => this.#own.setMusicMode(on);
  setCameraQuality = (quality: CameraQuality) => this.#own.setCameraQuality(quality);
  chooseDevice = (kind: DeviceKind, id: string) => this.#own.chooseDevice(kind, id);
  switchToDevice = (kind: DeviceKind, label: string) => this.#own.switchToDevice(kind, label);

  toggleHand = () => this.#talk.toggleHand();
  sendChat = (text: string) => this.#talk.send(text);
  resendChat = (id: string) => this.#talk.resend(id);
  react = (emoji: string) => this.#talk.react(emoji);
  askToUnmute = (identities: string[]) => this.#talk.askToUnmute(identities);

  // ---- what hosts do

  mute = (identity: string, source: MutableSource) => this.#act(this.parts.acts.mute(identity, source));
  muteAll = () => this.#act(this.parts.acts.muteAll());
  lowerHand = (identity: string) => this.#act(this.parts.acts.lowerHand(identity));
  setCoHost = (identity: string, coHost: boolean) => this.#act(this.parts.acts.setCoHost(identity, coHost));
  handOver = (identity: string) => this.#act(this.parts.acts.handOver(identity));
  remove = (identity: string) => this.#act(this.parts.acts.remove(identity));
  changeSettings = (settings: Record<string, boolean>) => this.#act(this.parts.acts.changeSettings(settings));
  ring = (memberIds: readonly string[]) => this.#act(this.parts.acts.ring(memberIds));

  async #act(doing: Promise<void>): Promise<boolean> {
    try {
      await doing;
      return true;
    } catch (error) {
      this.#notify('act_failed', messageOf(error));
      return false;
    }
  }

  // ---- how the stage looks

  setPanel = (panel: Panel | null): void => {
    this.#store.dispatch({ type: 'panel', panel });
    clearInterval(this.#statisticsTimer);
    if (panel !== 'statistics') return;
    this.#statisticsTimer = setInterval(() => void this.#measure(), STATISTICS_EVERY_MS);
    void this.#measure();
  };

  togglePanel = (panel: Panel): void => this.setPanel(this.state().panel === panel ? null : panel);

  setLayout = (layout: Layout): void => {
    rememberView('layout', layout);
    this.#store.dispatch({ type: 'layout', layout });
  };

  setSelfView = (selfView: SelfView): void => {
    rememberView('self-view', selfView);
    this.#store.dispatch({ type: 'self_view', selfView });
  };

  setSelfCorner = (corner: Corner): void => {
    rememberView('self-corner', corner);
    this.#store.dispatch({ type: 'self_corner', corner });
  };

  pin = (identity: string | null): void => this.#store.dispatch({ type: 'pin', identity });
  setPageSize = (perPage: number): void => this.#store.dispatch({ type: 'page_size', perPage });
  dismiss = (id: string): void => this.#store.dispatch({ type: 'notice_over', id });

  startAudio = async (): Promise<void> => {
    await this.#room?.startAudio().catch(() => undefined);
  };

  // ---- pictures and sounds for the views

  /** Shows a track in an element until the returned function is called. */
  attach = (trackId: string, element: HTMLMediaElement): (() => void) => {
    const publication = this.#publicationOf(trackId);
    const track = publication?.track;
    if (!track) return () => undefined;
    track.attach(element);
    if (!track.isMuted && track.kind === Track.Kind.Video && !publication.isLocal)
      this.#markFirstFrame(element);
    return () => void track.detach(element);
  };

  #markFirstFrame(element: HTMLMediaElement): void {
    if (this.clock.timings.first_frame !== undefined || !(element instanceof HTMLVideoElement)) return;
    element.requestVideoFrameCallback?.(() => this.clock.mark('first_frame'));
  }

  #publicationOf(trackId: string) {
    const room = this.#room;
    if (!room) return undefined;
    const everyone: Participant[] = [room.localParticipant, ...room.remoteParticipants.values()];
    for (const participant of everyone) {
      const publication = participant.trackPublications.get(sidOf(trackId));
      if (publication) return publication;
    }
    return undefined;
  }

  async #measure(): Promise<void> {
    const room = this.#room;
    if (!room) return;
    const { rows, samples } = await readStatistics(room, this.#samples, this.parts.now());
    this.#samples = samples;
    this.statistics.dispatch(rows);
  }

  // ---- small things

  /** Somebody we rang does not come; they may have said why. */
  callDeclined = (name: string, message: string | null): void =>
    this.#notify('call_declined', message ? `${name} · ${message}` : name);

  #notify: Inside['notify'] = (kind, subject = null, more = {}) => {
    const id = this.parts.id();
    this.#store.dispatch({ type: 'notice', notice: { id, kind, subject, device: more.device ?? null } });
    if (!more.keep) setTimeout(() => this.dismiss(id), NOTICE_SHOWN_MS);
  };
}

/** A page's first connection starts the browser's threads and codecs; this one does it while nobody waits. */
async function wakeWebRtc(): Promise<void> {
  if (typeof RTCPeerConnection === 'undefined') return;
  const connection = new RTCPeerConnection();
  connection.addTransceiver('audio');
  connection.addTransceiver('video');
  await connection.createOffer().finally(() => connection.close());
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
