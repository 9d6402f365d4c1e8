/** Translates the room's participants into plain people. The only reader of participant attributes. */
import {
  ConnectionQuality,
  type LocalParticipant,
  type Participant,
  type RemoteParticipant,
  Track,
  type TrackPublication,
} from 'livekit-client';
import type { Network, Person } from './state';

export const HAND = 'hand';

const networks: Readonly<Record<ConnectionQuality, Network>> = {
  [ConnectionQuality.Excellent]: 'excellent',
  [ConnectionQuality.Good]: 'good',
  [ConnectionQuality.Poor]: 'poor',
  [ConnectionQuality.Lost]: 'lost',
  [ConnectionQuality.Unknown]: 'unknown',
};

export function readPerson(participant: LocalParticipant | RemoteParticipant | Participant): Person {
  const { attributes } = participant;
  return {
    identity: participant.identity,
    name: participant.name || participant.identity,
    avatarUrl: attributes.avatar || null,
    me: participant.isLocal,
    guest: attributes.guest === '1',
    joinedAt: participant.joinedAt?.getTime() ?? 0,
    microphoneOn: participant.isMicrophoneEnabled,
    cameraOn: participant.isCameraEnabled,
    cameraTrack: pictureOf(participant, Track.Source.Camera),
    screenTrack: pictureOf(participant, Track.Source.ScreenShare),
    microphoneTrack: trackOf(participant, Track.Source.Microphone),
    screenAudioTrack: trackOf(participant, Track.Source.ScreenShareAudio),
    handRaisedAt: raisedAt(attributes[HAND]),
    network: networks[participant.connectionQuality],
  };
}

function pictureOf(participant: Participant, source: Track.Source): string | null {
  const publication = participant.getTrackPublication(source);
  return publication?.track && !publication.isMuted ? idOf(publication) : null;
}

/** Sound stays attached while muted, so that the first word after unmuting is heard. */
function trackOf(participant: Participant, source: Track.Source): string | null {
  const publication = participant.getTrackPublication(source);
  return publication?.track ? idOf(publication) : null;
}

/**
 * A publication outlives its track: after a return the same one comes in by another receiver, and an
 * element that shows the old one must be told. Own tracks tell their elements themselves.
 */
function idOf({ trackSid, track, isLocal }: TrackPublication): string {
  return isLocal || !track ? trackSid : `${trackSid}${RECEIVER}${track.mediaStreamTrack.id}`;
}

const RECEIVER = '@';

/** The publication a track's id belongs to. */
export const sidOf = (trackId: string): string => trackId.split(RECEIVER)[0] ?? trackId;

function raisedAt(value: string | undefined): number | null {
  const at = Number(value);
  return value && Number.isFinite(at) && at > 0 ? at : null;
}
