/** What the parts of the store stand on: its state, its listeners, its timers, and when to try again. */
import { ApiError } from '@/api';
import type { Readable } from '@/lib';
import type { Office } from './office';
import type { Box } from './outbox';
import { type ChatState, emptyState } from './state';

const retryMs = 3_000;
const retryMsMax = 30_000;

/** Whoever carries the bytes of files to the office. */
export interface Carrier {
  /** The id of a file once it has arrived; fails when it was refused, given up, or nobody knows of it. */
  arrival(upload: string): Promise<string>;
  /** Takes up again what an earlier page had begun, if its bytes were kept. */
  recover(upload: string, conversation: string): Promise<boolean>;
  /** Goes on with what was refused or has broken off. */
  resume(upload: string): void;
  cancel(upload: string): void;
}

export type Surroundings = {
  me: string;
  office: Office;
  carrier: Carrier;
  box: Box;
  clock: () => number;
  makeId: () => string;
};

/** Whether trying again later may help without anybody doing anything. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500;

export class Ground implements Readable<ChatState> {
  /** How often in a row the office could not be asked. */
  failures = 0;
  hasEnded = false;
  private current: ChatState = emptyState;
  private listeners = new Set<() => void>();
  private refusalListeners = new Set<(error: unknown) => void>();
  private timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(readonly world: Surroundings) {}

  state = (): ChatState => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  set = (change: Partial<ChatState>): void => {
    if (this.hasEnded) return;
    this.current = { ...this.current, ...change };
    for (const listener of [...this.listeners]) listener();
  };

  onRefusal = (heard: (error: unknown) => void): (() => void) => {
    this.refusalListeners.add(heard);
    return () => this.refusalListeners.delete(heard);
  };

  refuse = (error: unknown): void => {
    for (const heard of [...this.refusalListeners]) heard(error);
  };

  /** Does something after a while; under one name there is one of them. */
  wait = (name: string, ms: number, act: () => void): void => {
    if (this.hasEnded) return;
    clearTimeout(this.timers.get(name));
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        act();
      }, ms),
    );
  };

  isWaiting = (name: string): boolean => this.timers.has(name);

  stopWaiting = (name: string): void => {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  };

  /** How long to leave an office alone that could not be asked. */
  pause = (): number => Math.min(retryMsMax, retryMs * 2 ** Math.min(this.failures, 6));

  end = (): void => {
    this.hasEnded = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  };
}
