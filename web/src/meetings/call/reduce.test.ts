/** Calls told as lists of events; the state is read back as people would say it. */
import { describe, expect, it } from 'vitest';
import { type CallEvent, reduce } from './reduce';
import { type CallState, handQueue, initialState, leads, type Person, roleOf, sharer } from './state';

const person = (identity: string, more: Partial<Person> = {}): Person => ({
  identity,
  name: identity.toUpperCase(),
  avatarUrl: null,
  me: false,
  guest: false,
  joinedAt: 0,
  microphoneOn: true,
  cameraOn: true,
  cameraTrack: null,
  screenTrack: null,
  microphoneTrack: null,
  screenAudioTrack: null,
  handRaisedAt: null,
  network: 'excellent',
  ...more,
});

const joined = (...names: string[]): CallEvent => ({
  type: 'joined',
  me: 'me',
  people: [person('me', { me: true }), ...names.map((name, at) => person(name, { joinedAt: at + 1 }))],
  at: 100,
});
const arrives = (name: string, at: number, more: Partial<Person> = {}): CallEvent => ({
  type: 'person',
  person: person(name, { joinedAt: at, ...more }),
  at,
});
const leaves = (identity: string, at: number): CallEvent => ({ type: 'person_left', identity, at });
const speaks = (at: number, ...identities: string[]): CallEvent => ({ type: 'speakers', identities, at });
const says = (id: string, identity: string, at: number): CallEvent => ({
  type: 'line',
  line: { id, identity, name: identity, text: id, at, state: 'sent' },
});

const play = (...events: CallEvent[]): CallState => events.reduce(reduce, initialState());

describe('people', () => {
  it('stand in the order of their arrival, me first', () => {
    const state = play(joined('a', 'b'), arrives('c', 200));
    expect(state.order).toEqual(['me', 'a', 'b', 'c']);
  });

  it('keep their places when somebody leaves', () => {
    expect(play(joined('a', 'b', 'c'), leaves('b', 200)).order).toEqual(['me', 'a', 'c']);
  });

  it('stay while the connection is away, and go with the list that comes back', () => {
    const away = play(
      joined('a', 'b'),
      { type: 'connecting', connection: 'resuming' },
      leaves('a', 200),
      leaves('b', 200),
    );
    expect(away.order).toEqual(['me', 'a', 'b']);
    const back = reduce(away, joined('b'));
    expect(back.order).toEqual(['me', 'b']);
    expect(back.connection).toBe('joined');
    expect(back.joinedAt).toBe(100);
  });

  it('change nothing when nothing about them changed', () => {
    const state = play(joined('a'));
    expect(reduce(state, arrives('a', 1, { joinedAt: 1 }))).toBe(state);
  });

  it('share one line when they arrive together', () => {
    const state = play(
      joined(),
      arrives('a', 1000),
      arrives('b', 2000),
      leaves('a', 3000),
      arrives('c', 90_000),
    );
    expect(
      state.chat.map((entry) =>
        'happening' in entry ? `${entry.happening} ${entry.names.join('+')}` : entry.text,
      ),
    ).toEqual(['joined A+B', 'left A', 'joined C']);
  });
});

describe('voices', () => {
  it('from a later page change places with the longest silence, never with me, a hand or the pinned one', () => {
    const state = play(
      joined('a', 'b', 'c', 'd', 'e'),
      { type: 'page_size', perPage: 4 },
      { type: 'pin', identity: 'b' },
      arrives('a', 1, { joinedAt: 1, handRaisedAt: 5 }),
      speaks(300, 'c'),
      speaks(400, 'e'),
    );
    expect(state.order).toEqual(['me', 'a', 'b', 'e', 'd', 'c']);
  });

  it('on the first page move nobody', () => {
    const state = play(
      joined('a', 'b', 'c'),
      { type: 'page_size', perPage: 4 },
      speaks(300, 'b'),
      speaks(301, 'a'),
    );
    expect(state.order).toEqual(['me', 'a', 'b', 'c']);
  });

  it('make the large picture the last other voice, and keep it while it goes on', () => {
    expect(play(joined('a', 'b'), speaks(1, 'a'), speaks(2, 'a', 'b')).speaker).toBe('a');
    expect(play(joined('a', 'b'), speaks(1, 'a'), speaks(2, 'me')).speaker).toBe('a');
    expect(play(joined('a', 'b'), speaks(1, 'a'), speaks(2, 'b')).speaker).toBe('b');
    expect(play(joined('a', 'b'), speaks(1, 'a'), leaves('a', 2)).speaker).toBeNull();
  });
});

describe('chat', () => {
  it('counts what I have not seen and forgets it when the panel opens', () => {
    const unread = play(joined('a'), says('1', 'a', 1), says('2', 'me', 2), says('3', 'a', 3));
    expect(unread.unread).toBe(2);
    const open = reduce(unread, { type: 'panel', panel: 'chat' });
    expect(open.unread).toBe(0);
    expect(reduce(open, says('4', 'a', 4)).unread).toBe(0);
  });

  it('takes a message once, however often it comes', () => {
    expect(play(joined('a'), says('1', 'a', 1), says('1', 'a', 1)).chat).toHaveLength(1);
  });

  it('says when a message did not go out', () => {
    const state = play(joined('a'), says('1', 'me', 1), { type: 'line_state', id: '1', state: 'failed' });
    expect(state.chat[0]).toMatchObject({ state: 'failed' });
  });
});

describe('metadata', () => {
  const metadata = (value: unknown): CallEvent => ({ type: 'metadata', text: JSON.stringify(value) });

  it('names the host and the co-hosts', () => {
    const state = play(joined('a', 'b'), metadata({ v: 1, title: '周会', host: 'a', co_hosts: ['me'] }));
    expect([roleOf(state, 'a'), roleOf(state, 'me'), roleOf(state, 'b')]).toEqual([
      'host',
      'co_host',
      'member',
    ]);
    expect(leads(state)).toBe(true);
    expect(state.meeting.title).toBe('周会');
  });

  it.each(['', 'null', '[]', '7', '{"host":7,"co_hosts":{},"settings":[],"title":null}'])(
    'shrugs at %s',
    (text) => {
      const before = play(joined('a'), metadata({ title: 'x', host: 'a', settings: { locked: true } }));
      expect(reduce(before, { type: 'metadata', text }).meeting).toEqual(before.meeting);
    },
  );
});

describe('hands, shares, notices', () => {
  it('queue hands by their time', () => {
    const state = play(
      joined(),
      arrives('a', 1, { handRaisedAt: 30 }),
      arrives('b', 2, { handRaisedAt: 10 }),
      arrives('c', 3),
    );
    expect(handQueue(state)).toEqual(['b', 'a']);
  });

  it('show another share before my own', () => {
    const mine = play(joined('a'), arrives('me', 1, { me: true, screenTrack: 's1' }));
    expect(sharer(mine)?.identity).toBe('me');
    expect(sharer(reduce(mine, arrives('a', 1, { screenTrack: 's2' })))?.identity).toBe('a');
  });

  it('keep one notice of a kind, the newest', () => {
    const notice = (id: string): CallEvent => ({
      type: 'notice',
      notice: { id, kind: 'muted_by_host', subject: null, device: null },
    });
    expect(play(joined(), notice('1'), notice('2')).notices.map((one) => one.id)).toEqual(['2']);
  });

  it('end once: the first reason stands', () => {
    const state = play(
      joined(),
      { type: 'ended', reason: 'removed', at: 5 },
      { type: 'ended', reason: 'lost', at: 6 },
    );
    expect(state.ended).toEqual({ reason: 'removed', at: 5, detail: null });
  });
});
