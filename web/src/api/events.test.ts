import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventSocket } from './events';

/** A socket whose other end is the test. */
class Line {
  static opened: Line[] = [];
  readyState = 0;
  said: string[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((message: { data: unknown }) => void) | null = null;
  constructor() {
    Line.opened.push(this);
  }
  send(text: string) {
    this.said.push(text);
  }
  close() {}
  accept() {
    this.readyState = 1;
    this.onopen?.();
  }
  drop() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const last = () => Line.opened.at(-1) as Line;

function opened() {
  const socket = new EventSocket(
    () => new Line() as unknown as WebSocket,
    () => 1,
  );
  socket.start();
  return socket;
}

describe('the event socket', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Line.opened = [];
  });
  afterEach(() => vi.useRealTimers());

  it('says that somebody is here, and later that nobody is', () => {
    const socket = opened();
    last().accept();
    expect(socket.current()).toBe('open');
    vi.advanceTimersByTime(5 * 60_000);
    expect(last().said).toEqual([
      '{"type":"presence","state":"active"}',
      '{"type":"presence","state":"idle"}',
    ]);
    document.dispatchEvent(new Event('keydown'));
    expect(last().said.at(-1)).toBe('{"type":"presence","state":"active"}');
    socket.stop();
  });

  it('comes back with growing pauses, and at once when asked', () => {
    const socket = opened();
    last().accept();
    const pauses = [500, 1000, 2000];
    for (const pause of pauses) {
      last().drop();
      expect(socket.current()).toBe('lost');
      const before = Line.opened.length;
      vi.advanceTimersByTime(pause - 1);
      expect(Line.opened.length).toBe(before);
      vi.advanceTimersByTime(1);
      expect(Line.opened.length).toBe(before + 1);
    }
    last().drop();
    socket.hurry();
    last().accept();
    expect(socket.current()).toBe('open');
    socket.stop();
  });

  it('passes events on and ignores what is none', () => {
    const socket = opened();
    const heard: unknown[] = [];
    const deaf = socket.on((event) => heard.push(event.type));
    last().accept();
    for (const data of ['{"type":"org.changed"}', 'no json', new ArrayBuffer(1)])
      last().onmessage?.({ data });
    deaf();
    last().onmessage?.({ data: '{"type":"hello"}' });
    expect(heard).toEqual(['org.changed']);
    socket.stop();
  });

  it('says nothing after it was stopped', () => {
    const socket = opened();
    last().accept();
    socket.stop();
    last().drop();
    vi.advanceTimersByTime(60_000);
    expect([socket.current(), Line.opened.length]).toEqual(['off', 1]);
  });
});
