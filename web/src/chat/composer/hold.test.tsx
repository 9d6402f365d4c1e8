/** The microphone, held: lifted it sends, slid up it throws away, tapped it is a click. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awayPx, holdMs, useHold } from './hold';
import type { Recorder, Recording, Voice } from './recorder';

const voice: Voice = { file: new File(['x'], 'voice.webm'), duration_ms: 900, waveform: [] };

/** A recorder that says what it is told to. */
function recorderOf() {
  let current: Recording = { phase: 'idle' };
  const listeners = new Set<() => void>();
  const set = (next: Recording) => {
    current = next;
    for (const listener of [...listeners]) listener();
  };
  const acts: string[] = [];
  const recorder = {
    state: () => current,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async () => {
      acts.push('start');
      set({ phase: 'speaking', ms: 0, levels: [] });
    },
    stop: () => acts.push('stop'),
    cancel: () => {
      acts.push('cancel');
      set({ phase: 'idle' });
    },
  };
  return { recorder: recorder as unknown as Recorder, acts, set };
}

const heard: string[] = [];

function Microphone({ recorder }: { recorder: Recorder }) {
  const hold = useHold({
    recorder,
    onSend: () => heard.push('sent'),
    onShort: () => heard.push('short'),
  });
  return (
    <button type="button" onClick={() => hold.isClick() && heard.push('click')} {...hold.button}>
      {hold.held ?? 'still'}
    </button>
  );
}

function arrive() {
  const given = recorderOf();
  render(<Microphone recorder={given.recorder} />);
  return given;
}

const button = () => screen.getByRole('button');
const pointer = (type: string, clientY: number, pointerType = 'touch') =>
  Object.assign(new MouseEvent(type, { clientY, bubbles: true }), { pointerId: 1, pointerType });
const down = (pointerType = 'touch') => fireEvent(button(), pointer('pointerdown', 500, pointerType));
const finger = (type: string, clientY = 500) => fireEvent(window, pointer(type, clientY));
const wait = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  vi.useFakeTimers();
  heard.length = 0;
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the microphone', () => {
  it('sends when it is let go', () => {
    const { acts, set } = arrive();
    down();
    wait(holdMs);
    expect(button().textContent).toBe('talking');
    finger('pointerup');
    expect(button().textContent).toBe('ending');
    act(() => set({ phase: 'said', voice }));
    expect(heard).toEqual(['sent']);
    expect(acts).toEqual(['start', 'stop', 'cancel']);
    fireEvent.click(button());
    expect(heard, 'what follows is no click').toEqual(['sent']);
  });

  it('throws away what is slid up, and comes back from there', () => {
    const { acts } = arrive();
    down();
    wait(holdMs);
    finger('pointermove', 500 - awayPx - 1);
    expect(button().textContent).toBe('away');
    finger('pointermove', 490);
    expect(button().textContent).toBe('talking');
    finger('pointermove', 100);
    finger('pointerup', 100);
    expect([acts.join(' '), heard, button().textContent]).toEqual(['start cancel', [], 'still']);
  });

  it('says that nothing was said', () => {
    const { set } = arrive();
    down();
    wait(holdMs);
    finger('pointerup');
    act(() => set({ phase: 'idle' }));
    expect(heard).toEqual(['short']);
  });

  it('sends what has ended by itself once it is let go', () => {
    const { set } = arrive();
    down();
    wait(holdMs);
    act(() => set({ phase: 'said', voice }));
    expect(heard).toEqual([]);
    finger('pointerup');
    expect(heard).toEqual(['sent']);
  });

  it('keeps what was said when the device takes the finger away', () => {
    const { acts, set } = arrive();
    down();
    wait(holdMs);
    finger('pointercancel');
    act(() => set({ phase: 'said', voice }));
    expect([acts.join(' '), heard, button().textContent]).toEqual(['start stop', [], 'still']);
  });

  it('is clicked by a tap, a mouse and the keyboard', () => {
    const { acts } = arrive();
    down();
    wait(holdMs - 1);
    finger('pointerup');
    fireEvent.click(button());
    down('mouse');
    wait(holdMs * 2);
    finger('pointerup');
    fireEvent.click(button());
    expect(heard).toEqual(['click', 'click']);
    expect(acts).toEqual([]);
  });
});
