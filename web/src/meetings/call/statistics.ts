/** Numbers for the curious: what each track costs and how it arrives, from the browser's own counters. */
import type { Participant, Room, TrackPublication } from 'livekit-client';

export interface TrackStatistics {
  readonly id: string;
  readonly identity: string;
  readonly name: string;
  readonly source: string;
  readonly direction: 'sent' | 'received';
  readonly codec: string;
  readonly kilobits: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly framesPerSecond: number | null;
  /** Share of packets that did not arrive, 0 to 1, since the last look. */
  readonly loss: number | null;
  readonly roundTripMs: number | null;
  readonly jitterMs: number | null;
  /** Heights of the layers being sent, low to high. */
  readonly layers: readonly number[];
}

/** Counters at one look; two looks make a rate. */
export interface Sample {
  readonly at: number;
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
}

type Entry = Record<string, unknown> & { type: string; id: string };
type Report = ReadonlyMap<string, Entry>;

export async function readStatistics(
  room: Room,
  before: ReadonlyMap<string, Sample>,
  at: number,
): Promise<{ rows: TrackStatistics[]; samples: Map<string, Sample> }> {
  const samples = new Map<string, Sample>();
  const everyone: Participant[] = [room.localParticipant, ...room.remoteParticipants.values()];
  const publications = everyone.flatMap((participant) =>
    [...participant.trackPublications.values()].map((publication) => ({ participant, publication })),
  );
  const rows = await Promise.all(
    publications.map(async ({ participant, publication }) => {
      const report = await reportOf(publication);
      if (!report) return null;
      const about = {
        id: publication.trackSid,
        identity: participant.identity,
        name: participant.name || participant.identity,
        source: publication.source,
      };
      const { row, sample } = rowOf(report, about, before.get(about.id), at);
      samples.set(about.id, sample);
      return row;
    }),
  );
  return { rows: rows.filter((row): row is TrackStatistics => row !== null), samples };
}

async function reportOf(publication: TrackPublication): Promise<Report | null> {
  const track = publication.track;
  if (!track || !('getRTCStatsReport' in track)) return null;
  const report = await track.getRTCStatsReport().catch(() => undefined);
  return (report as unknown as Report | undefined) ?? null;
}

export function rowOf(
  report: Report,
  about: Pick<TrackStatistics, 'id' | 'identity' | 'name' | 'source'>,
  before: Sample | undefined,
  at: number,
): { row: TrackStatistics; sample: Sample } {
  const entries = [...report.values()];
  const received = entries.filter((one) => one.type === 'inbound-rtp');
  const sent = entries.filter((one) => one.type === 'outbound-rtp');
  const streams = received.length > 0 ? received : sent;
  const remote = entries.filter((one) => one.type === 'remote-inbound-rtp');
  const counters = received.length > 0 ? received : remote;
  const sample: Sample = {
    at,
    bytes: sum(streams, received.length > 0 ? 'bytesReceived' : 'bytesSent'),
    packets: sum(streams, received.length > 0 ? 'packetsReceived' : 'packetsSent'),
    lost: sum(counters, 'packetsLost'),
  };
  const largest = [...streams].sort((a, b) => (number(b.frameHeight) ?? 0) - (number(a.frameHeight) ?? 0))[0];
  const pair = entries.find((one) => one.type === 'candidate-pair' && one.nominated === true);
  const roundTrip = number(remote[0]?.roundTripTime) ?? number(pair?.currentRoundTripTime);
  const jitter = number(largest?.jitter) ?? number(remote[0]?.jitter);
  const row: TrackStatistics = {
    ...about,
    direction: received.length > 0 ? 'received' : 'sent',
    codec: codecOf(entries, largest),
    ...rates(sample, before),
    width: number(largest?.frameWidth),
    height: number(largest?.frameHeight),
    framesPerSecond: number(largest?.framesPerSecond),
    roundTripMs: roundTrip === null ? null : Math.round(roundTrip * 1000),
    jitterMs: jitter === null ? null : Math.round(jitter * 1000),
    layers: sent
      .filter((one) => one.active !== false && (number(one.frameHeight) ?? 0) > 0)
      .map((one) => number(one.frameHeight) ?? 0)
      .sort((a, b) => a - b),
  };
  return { row, sample };
}

function rates(now: Sample, before: Sample | undefined): { kilobits: number; loss: number | null } {
  if (!before || now.at <= before.at || now.bytes < before.bytes) return { kilobits: 0, loss: null };
  const packets = Math.max(0, now.packets - before.packets);
  const lost = Math.max(0, now.lost - before.lost);
  return {
    kilobits: Math.round(((now.bytes - before.bytes) * 8) / (now.at - before.at)),
    loss: packets + lost === 0 ? null : lost / (packets + lost),
  };
}

function codecOf(entries: readonly Entry[], stream: Entry | undefined): string {
  const codec =
    entries.find((one) => one.type === 'codec' && one.id === stream?.codecId) ??
    entries.find((one) => one.type === 'codec');
  const mime = codec?.mimeType;
  return typeof mime === 'string' ? mime.replace(/^(audio|video)\//u, '') : '';
}

function sum(entries: readonly Entry[], field: string): number {
  return entries.reduce((total, one) => total + (number(one[field]) ?? 0), 0);
}

function number(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
