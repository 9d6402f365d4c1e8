/**
 * What the bar under the stage shows: which controls, in which state, and which of them move into
 * "more" when there is no room. The order never changes.
 */

import { type CallState, leads, type OwnMedia } from './state';

export type ControlId = 'share' | 'react' | 'hand' | 'chat' | 'people' | 'host';

export interface Control {
  readonly id: ControlId;
  readonly look: 'plain' | 'active' | 'busy' | 'barred';
  readonly badge: number;
  /** Key of the reason, when the control is barred. */
  readonly reason: 'share_unsupported' | null;
}

export interface Bar {
  readonly shown: readonly Control[];
  readonly more: readonly Control[];
}

const ORDER: readonly ControlId[] = ['share', 'react', 'hand', 'chat', 'people', 'host'];
/** Who leaves the bar first: from the right, chat and people last. */
const LEAVING: readonly ControlId[] = ['host', 'hand', 'react', 'share', 'people', 'chat'];
const phoneControls = (canShare: boolean): readonly ControlId[] => [canShare ? 'share' : 'chat', 'people'];

export interface Bounds {
  /** How many controls have room beside microphone, camera, more and leave. */
  readonly places: number;
  readonly phone: boolean;
  readonly canShare: boolean;
}

/** Everything of the state that the bar shows; while these stay the same, so does the bar. */
export function barInputs(state: CallState): readonly unknown[] {
  const hand = (state.people[state.me]?.handRaisedAt ?? null) !== null;
  return [leads(state), state.share, hand, state.panel, state.unread];
}

export function barOf(state: CallState, bounds: Bounds): Bar {
  const all = ORDER.filter((id) => id !== 'host' || leads(state)).map((id) => controlOf(state, id, bounds));
  const stays = new Set<ControlId>(bounds.phone ? phoneControls(bounds.canShare) : all.map((one) => one.id));
  if (!bounds.phone) for (const id of LEAVING) if (stays.size > bounds.places) stays.delete(id);
  return {
    shown: all.filter((one) => stays.has(one.id)),
    more: all.filter((one) => !stays.has(one.id)),
  };
}

function controlOf(state: CallState, id: ControlId, bounds: Bounds): Control {
  const plain: Control = { id, look: 'plain', badge: 0, reason: null };
  const active = (on: boolean): Control => ({ ...plain, look: on ? 'active' : 'plain' });
  switch (id) {
    case 'share':
      return shareControl(state, plain, bounds.canShare);
    case 'react':
      return plain;
    case 'hand':
      return active((state.people[state.me]?.handRaisedAt ?? null) !== null);
    case 'chat':
      return { ...active(state.panel === 'chat'), badge: state.unread };
    case 'people':
      return active(state.panel === 'people');
    case 'host':
      return active(state.panel === 'host');
  }
}

function shareControl(state: CallState, plain: Control, supported: boolean): Control {
  if (!supported) return { ...plain, look: 'barred', reason: 'share_unsupported' };
  if (state.share === 'on') return { ...plain, look: 'active' };
  if (state.share === 'starting') return { ...plain, look: 'busy' };
  return plain;
}

/** Whether the picture of the control is the slashed one. */
export function isOff(media: OwnMedia): boolean {
  return media !== 'on' && media !== 'starting';
}
