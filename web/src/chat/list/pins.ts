/** Moving pinned conversations among each other. Plain values. */
import type { Conversation } from '@/api';
import { inOrder } from '../sync/state';

export const pinnedIn = (conversations: readonly Conversation[]): Conversation[] =>
  inOrder(conversations).filter((one) => one.mine.pinned);

export type Moved = { id: string; pin_position: number };

/** The positions that change when one pinned conversation takes the place of another. */
export function movedPins(conversations: readonly Conversation[], id: string, to: number): Moved[] {
  const pins = pinnedIn(conversations);
  const from = pins.findIndex((one) => one.id === id);
  const moved = pins[from];
  if (!moved || to < 0 || to >= pins.length || to === from) return [];
  const rest = pins.filter((one) => one !== moved);
  const next = [...rest.slice(0, to), moved, ...rest.slice(to)];
  return next.flatMap((one, at) =>
    one.mine.pin_position === at + 1 ? [] : [{ id: one.id, pin_position: at + 1 }],
  );
}
