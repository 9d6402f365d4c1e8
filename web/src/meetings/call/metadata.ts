/**
 * Reads the room's metadata, which other programs may also write: whatever is missing or of another
 * kind leaves the known fact as it was.
 */

import type { MeetingFacts, MeetingSettings } from './state';

export function readMetadata(text: string, known: MeetingFacts): MeetingFacts {
  const value = parse(text);
  if (!value) return known;
  return {
    ...known,
    id: string(value.meeting_id, known.id),
    number: string(value.number, known.number),
    title: string(value.title, known.title),
    host: typeof value.host === 'string' ? value.host : hostId(value.host, known.host),
    coHosts: Array.isArray(value.co_hosts)
      ? value.co_hosts.filter((one): one is string => typeof one === 'string')
      : known.coHosts,
    settings: readSettings(value.settings, known.settings),
    startedAt: typeof value.started_at === 'number' ? value.started_at : known.startedAt,
    locked: typeof value.locked === 'boolean' ? value.locked : known.locked,
  };
}

export function readSettings(value: unknown, known: MeetingSettings): MeetingSettings {
  if (!isRecord(value)) return known;
  const settings: Record<string, boolean> = {};
  for (const [key, before] of Object.entries(known)) {
    const now = value[key];
    settings[key] = typeof now === 'boolean' ? now : before;
  }
  return settings as unknown as MeetingSettings;
}

function hostId(value: unknown, known: string | null): string | null {
  return isRecord(value) && typeof value.id === 'string' ? value.id : known;
}

function string(value: unknown, known: string): string {
  return typeof value === 'string' ? value : known;
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
