/** What the parts of a session share: the room of the moment, the state, and a way to say something. */
import type { Room } from 'livekit-client';
import type { CallEvent } from './reduce';
import type { CallState, DeviceKind, NoticeKind, OwnMedia } from './state';

export interface Inside {
  room(): Room | null;
  state(): CallState;
  dispatch(event: CallEvent): void;
  /** Shows a notice for a while; one to `keep` waits until it is dismissed. */
  notify(kind: NoticeKind, subject?: string | null, more?: { device?: DeviceKind; keep?: boolean }): void;
  readonly now: () => number;
  readonly id: () => string;
}

export function isOn(media: OwnMedia): boolean {
  return media === 'on' || media === 'starting';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
