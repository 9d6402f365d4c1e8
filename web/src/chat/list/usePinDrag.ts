/** Dragging pinned conversations into another order. With the keyboard, the menu of a row does the same. */
import { type DragEvent, useState } from 'react';
import type { Conversation } from '@/api';
import { useSession } from '../session';
import { movedPins, pinnedIn } from './pins';

/** Moves a pinned conversation to a place among the pinned ones. */
export function useMovePin(): (id: string, to: number) => void {
  const { store } = useSession();
  return (id, to) => {
    const all = Object.values(store.state().conversations);
    for (const { id: moved, pin_position } of movedPins(all, id, to))
      void store.setMine(moved, { pin_position });
  };
}

export type PinDrag = {
  draggable: true;
  'data-over'?: true;
  onDragStart: (event: DragEvent) => void;
  onDragOver: (event: DragEvent) => void;
  onDragLeave: () => void;
  onDrop: (event: DragEvent) => void;
  onDragEnd: () => void;
};

const dragType = 'application/x-hutong-pin';

export function usePinDrag(): (conversation: Conversation) => PinDrag | undefined {
  const { store } = useSession();
  const move = useMovePin();
  const [dragged, setDragged] = useState<string | null>(null);
  const [over, setOver] = useState<string | null>(null);
  const end = () => {
    setDragged(null);
    setOver(null);
  };
  return ({ id, mine }) => {
    if (!mine.pinned) return undefined;
    return {
      draggable: true,
      'data-over': over === id && dragged !== id ? true : undefined,
      onDragStart: (event) => {
        event.dataTransfer.setData(dragType, id);
        event.dataTransfer.effectAllowed = 'move';
        setDragged(id);
      },
      onDragOver: (event) => {
        if (dragged === null) return;
        event.preventDefault();
        setOver(id);
      },
      onDragLeave: () => setOver((before) => (before === id ? null : before)),
      onDrop: (event) => {
        event.preventDefault();
        const pins = pinnedIn(Object.values(store.state().conversations));
        if (dragged !== null)
          move(
            dragged,
            pins.findIndex((one) => one.id === id),
          );
        end();
      },
      onDragEnd: end,
    };
  };
}
