/**
 * The realtime socket: one per device, reconnecting with growing pauses. Events are hints; whoever hears
 * one asks the office. Also tells the office whether somebody is at this device.
 */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useSyncExternalStore } from 'react';
import { useEvent } from '@/lib';
import type { ServerEvent } from './types';

export type ConnectionState = 'off' | 'connecting' | 'open' | 'lost';

const firstPauseMs = 500;
const longestPauseMs = 15_000;
const idleAfterMs = 5 * 60_000;
/** Whoever has turned to something else is reached elsewhere: sooner, and from a phone in the pocket at once. */
const hiddenIdleAfterMs = 60_000;

const isPocketed = (): boolean => window.matchMedia('(pointer: coarse)').matches;

type Listener = (event: ServerEvent) => void;

export class EventSocket {
  private socket: WebSocket | null = null;
  private state: ConnectionState = 'off';
  private listeners = new Set<Listener>();
  private watchers = new Set<() => void>();
  private failures = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private active = true;

  constructor(
    private readonly open: () => WebSocket,
    private readonly chance: () => number = Math.random,
  ) {}

  start = () => {
    if (this.state !== 'off') return;
    window.addEventListener('online', this.hurry);
    for (const name of ['pointerdown', 'keydown', 'pointermove', 'visibilitychange']) {
      document.addEventListener(name, this.noticePerson, { passive: true });
    }
    this.connect();
  };

  stop = () => {
    window.removeEventListener('online', this.hurry);
    for (const name of ['pointerdown', 'keydown', 'pointermove', 'visibilitychange']) {
      document.removeEventListener(name, this.noticePerson);
    }
    clearTimeout(this.retry);
    clearTimeout(this.idle);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
    this.failures = 0;
    this.enter('off');
  };

  /** Try again at once: the person asked, or the network came back. */
  hurry = () => {
    if (this.state !== 'lost') return;
    clearTimeout(this.retry);
    this.connect();
  };

  on = (listener: Listener): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  watch = (changed: () => void): (() => void) => {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  };

  current = (): ConnectionState => this.state;

  private connect() {
    if (this.failures === 0) this.enter('connecting');
    const socket = this.open();
    this.socket = socket;
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.failures = 0;
      this.enter('open');
      this.tellPresence();
      this.watchIdle();
    };
    socket.onmessage = (message) => {
      if (this.socket === socket) this.hear(message.data);
    };
    socket.onclose = () => {
      if (this.socket === socket) this.lose();
    };
  }

  private lose() {
    this.socket = null;
    const ceiling = Math.min(longestPauseMs, firstPauseMs * 2 ** this.failures);
    this.failures += 1;
    this.enter('lost');
    this.retry = setTimeout(() => this.connect(), ceiling / 2 + (this.chance() * ceiling) / 2);
  }

  private hear(data: unknown) {
    if (typeof data !== 'string') return;
    let event: ServerEvent;
    try {
      event = JSON.parse(data) as ServerEvent;
    } catch {
      return;
    }
    for (const listener of [...this.listeners]) listener(event);
  }

  private noticePerson = () => {
    if (document.visibilityState === 'hidden') {
      if (isPocketed()) this.rest();
      else this.watchIdle(hiddenIdleAfterMs);
      return;
    }
    if (!this.active) {
      this.active = true;
      this.tellPresence();
    }
    this.watchIdle();
  };

  private watchIdle(afterMs = idleAfterMs) {
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.rest(), afterMs);
  }

  private rest() {
    clearTimeout(this.idle);
    if (!this.active) return;
    this.active = false;
    this.tellPresence();
  }

  private tellPresence() {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify({ type: 'presence', state: this.active ? 'active' : 'idle' }));
  }

  private enter(state: ConnectionState) {
    if (this.state === state) return;
    this.state = state;
    for (const changed of this.watchers) changed();
  }
}

/** The socket of this page. */
export const events = new EventSocket(() => {
  const scheme = window.location.protocol === 'https:' ? 'wss' : 'ws';
  return new WebSocket(`${scheme}://${window.location.host}/api/events`);
});

/**
 * Opens the line to the office while mounted. Placed last in the `Suspense` of those who listen, so that
 * nothing is said before all of them have been fetched and hear it. Nobody hears what happened before the
 * office greets: what was fetched by then is asked for again, at the first greeting as after every gap.
 */
export function EventLine(): null {
  const client = useQueryClient();
  useServerEvent('hello', () => void client.invalidateQueries());
  useEffect(() => {
    events.start();
    return events.stop;
  }, []);
  return null;
}

export const useConnection = (): ConnectionState => useSyncExternalStore(events.watch, events.current);

/** Calls `act` for every event of one type while mounted. */
export function useServerEvent<T extends ServerEvent['type']>(
  type: T,
  act: (event: Extract<ServerEvent, { type: T }>) => void,
): void {
  const heard = useEvent((event: ServerEvent) => {
    if (event.type === type) act(event as Extract<ServerEvent, { type: T }>);
  });
  useEffect(() => events.on(heard), [heard]);
}
