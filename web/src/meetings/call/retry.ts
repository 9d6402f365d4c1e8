/** When to try again after the connection was lost for good, and when to stop trying. */
import { DisconnectReason } from 'livekit-client';
import type { EndReason } from './state';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** After this long the person is asked instead. */
export const GIVE_UP_MS = 10 * 60_000;

/** Grows with every attempt; chance keeps a full room from returning in the same instant. */
export function pauseMs(attempt: number, chance: number): number {
  const ceiling = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return Math.round(ceiling / 2 + (ceiling / 2) * chance);
}

/** Why the call is over; null when it is not and we should come back. */
export function endOf(reason: DisconnectReason | undefined): EndReason | null {
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return 'left';
    case DisconnectReason.DUPLICATE_IDENTITY:
      return 'duplicate';
    case DisconnectReason.PARTICIPANT_REMOVED:
      return 'removed';
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      return 'ended_by_host';
    default:
      return null;
  }
}

/** Whether the office's answer to "may I come in" is final: it knows us and says no. */
export function isFinal(error: unknown): boolean {
  const status = statusOf(error);
  return status !== null && status >= 400 && status < 500 && status !== 408 && status !== 429;
}

function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  return typeof error.status === 'number' && error.status > 0 ? error.status : null;
}
