/** What capabilities draw over a meeting. */
import { type ComponentType, lazy } from 'react';
import { capabilities } from './capabilities';

export type MeetingOverlay = { id: string; Overlay: ComponentType };

let overlays: MeetingOverlay[] | null = null;

/** Made when first asked for: the list of capabilities may still be loading when this file is read. */
export function meetingOverlays(): MeetingOverlay[] {
  overlays ??= capabilities.flatMap(({ id, inMeeting }) =>
    inMeeting ? [{ id, Overlay: lazy(inMeeting) }] : [],
  );
  return overlays;
}
