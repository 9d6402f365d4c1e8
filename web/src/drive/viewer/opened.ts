/** Which files are being looked at, on any page. A global store: the viewer covers every screen and is opened from all. */
import { Store } from '@/lib';
import type { Viewable } from './viewable';

export type Opened = { files: readonly Viewable[]; at: number } | null;

type Event = { open: readonly Viewable[]; at: number } | { step: number } | 'close';

function reduce(opened: Opened, event: Event): Opened {
  if (event === 'close') return null;
  if ('open' in event)
    return event.open.length > 0
      ? { files: event.open, at: Math.min(Math.max(0, event.at), event.open.length - 1) }
      : null;
  if (!opened) return null;
  const at = opened.at + event.step;
  return at >= 0 && at < opened.files.length ? { ...opened, at } : opened;
}

export const opened = new Store<Opened, Event>(reduce, null);

/** Shows files; the arrows go from one to the next. */
export const openViewer = (files: readonly Viewable[], at = 0): void => opened.dispatch({ open: files, at });
