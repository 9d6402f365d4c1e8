/** Files dragged onto a conversation wait in its composer. */
import { type DragEvent, useRef, useState } from 'react';

const carriesFiles = (transfer: DataTransfer) => transfer.types.includes('Files');

export function useFileDrop(onFiles: (files: File[]) => void) {
  const [isOver, setOver] = useState(false);
  /** Every element one drags over is entered before the last one is left. */
  const depth = useRef(0);
  const settle = (by: number) => {
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  return {
    isOver,
    handlers: {
      onDragEnter: (event: DragEvent) => {
        if (carriesFiles(event.dataTransfer)) settle(1);
      },
      onDragOver: (event: DragEvent) => {
        if (carriesFiles(event.dataTransfer)) event.preventDefault();
      },
      onDragLeave: (event: DragEvent) => {
        if (carriesFiles(event.dataTransfer)) settle(-1);
      },
      onDrop: (event: DragEvent) => {
        depth.current = 0;
        setOver(false);
        const files = [...event.dataTransfer.files];
        if (files.length === 0) return;
        event.preventDefault();
        onFiles(files);
      },
    },
  };
}
