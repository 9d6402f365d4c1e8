/** Talking while a finger rests on the microphone: released it sends, slid up it throws away. The click stays as it is. */
import { type PointerEvent as ReactPointerEvent, useCallback, useEffect, useRef, useState } from 'react';
import { useEvent } from '@/lib';
import type { Recorder, Voice } from './recorder';

/** A shorter press is a click. */
export const holdMs = 300;
/** So far up, the voice is thrown away. */
export const awayPx = 72;

/** `talking` until the finger is lifted, `away` while it is too far up, `ending` until the voice is there. */
export type Held = 'talking' | 'away' | 'ending' | null;

type Asked = {
  recorder: Recorder;
  onSend: (voice: Voice) => void;
  /** Nothing was said in so short a time. */
  onShort: () => void;
};

export function useHold({ recorder, onSend, onShort }: Asked) {
  const [held, setHeld] = useState<Held>(null);
  /** The finger, and where it came down. */
  const finger = useRef<{ id: number; y: number; timer: ReturnType<typeof setTimeout> } | null>(null);
  /** The finger is lifted, and the voice is not there yet. What is done then is said by the recorder again. */
  const isEnding = useRef(false);
  /** What follows a hold is no click. */
  const isSpent = useRef(false);

  const lift = useCallback(() => {
    if (finger.current) clearTimeout(finger.current.timer);
    finger.current = null;
  }, []);

  const ended = useEvent(() => {
    const state = recorder.state();
    if (!isEnding.current || state.phase === 'speaking' || state.phase === 'asking') return;
    isEnding.current = false;
    setHeld(null);
    if (state.phase === 'said') {
      recorder.cancel();
      onSend(state.voice);
    } else if (state.phase === 'idle') onShort();
  });
  useEffect(() => recorder.subscribe(ended), [recorder, ended]);

  const move = useEvent((event: PointerEvent) => {
    if (event.pointerId !== finger.current?.id || held === null) return;
    setHeld(finger.current.y - event.clientY > awayPx ? 'away' : 'talking');
  });
  const up = useEvent((event: PointerEvent) => {
    if (event.pointerId !== finger.current?.id) return;
    lift();
    if (held === 'away') {
      setHeld(null);
      recorder.cancel();
    } else if (held === 'talking') {
      isEnding.current = true;
      setHeld('ending');
      recorder.stop();
      // It may have ended by itself, when it was as long as a voice may be.
      ended();
    }
  });
  /** The device has taken the finger away: what was said waits to be heard, sent or thrown away. */
  const taken = useEvent((event: PointerEvent) => {
    if (event.pointerId !== finger.current?.id) return;
    lift();
    if (held !== null) recorder.stop();
    setHeld(null);
  });
  useEffect(() => {
    window.addEventListener('pointermove', move);
    window.addEventListener('pointerup', up);
    window.addEventListener('pointercancel', taken);
    return () => {
      window.removeEventListener('pointermove', move);
      window.removeEventListener('pointerup', up);
      window.removeEventListener('pointercancel', taken);
      lift();
    };
  }, [move, up, taken, lift]);

  const begin = useEvent(() => {
    isSpent.current = true;
    setHeld('talking');
    void recorder.start();
    navigator.vibrate?.(10);
  });
  return {
    held,
    /** For the button that is held. */
    button: {
      onPointerDown: (event: ReactPointerEvent) => {
        isSpent.current = false;
        if (event.pointerType === 'mouse' || finger.current) return;
        const { pointerId: id, clientY: y } = event;
        finger.current = { id, y, timer: setTimeout(begin, holdMs) };
      },
      onContextMenu: (event: { preventDefault: () => void }) => {
        if (finger.current || isSpent.current) event.preventDefault();
      },
    },
    /** Whether a click on it is one. */
    isClick: () => !isSpent.current,
  };
}
