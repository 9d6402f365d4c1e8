/**
 * A value that changes over time and those who watch it. Plain TypeScript: React reads it through
 * `useStore`, tests read `state()`. It knows nothing of what it holds.
 */

import { useRef, useSyncExternalStore } from 'react';

export interface Readable<S> {
  state(): S;
  subscribe(listener: () => void): () => void;
}

/** Holds one immutable state; `dispatch` replaces it by what the reducer makes of an event. */
export class Store<S, E> implements Readable<S> {
  #state: S;
  #listeners = new Set<() => void>();

  constructor(
    private readonly reduce: (state: S, event: E) => S,
    initial: S,
  ) {
    this.#state = initial;
  }

  state = (): S => this.#state;

  dispatch = (event: E): void => {
    const next = this.reduce(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    for (const listener of [...this.#listeners]) listener();
  };

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}

/** A part of a store's state; the component draws again only when that part is another value. */
export function useStore<S, T>(store: Readable<S>, select: (state: S) => T): T {
  const last = useRef<{ state: S; select: (state: S) => T; part: T } | null>(null);
  const snapshot = (): T => {
    const state = store.state();
    if (last.current && last.current.state === state && last.current.select === select)
      return last.current.part;
    const part = select(state);
    const kept = last.current && same(last.current.part, part) ? last.current.part : part;
    last.current = { state, select, part: kept };
    return kept;
  };
  return useSyncExternalStore(store.subscribe, snapshot);
}

/** Whether two lists have the same members, or two values are the same. */
function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
  return a.every((value, index) => Object.is(value, b[index]));
}
