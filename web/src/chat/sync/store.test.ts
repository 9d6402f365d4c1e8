/** The store against an office in memory, over a line that loses, repeats and mixes up. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ApiError, type Conversation, type Message, type Roster, type ServerEvent } from '@/api';
import { sampleConversation, sampleMessage } from '../sample';
import type { Carrier } from './ground';
import type { Around, Office } from './office';
import { type Box, type Enclosed, type Pending, pendingMax } from './outbox';
import { messagesOf, pendingOf, unreadOf } from './state';
import { ChatStore } from './store';

const me = 'me';
const other = 'other';

/** Numbers that look random and are the same every time. */
function chance(seed: number): () => number {
  let at = seed;
  return () => {
    at = (Math.imul(at, 1664525) + 1013904223) >>> 0;
    return at / 2 ** 32;
  };
}

/** An office of one conversation, as the contract describes it. */
class FakeOffice implements Office {
  down = false;
  /** Whether an answer gets lost after the request was done. */
  losesAnswers = () => false;
  asked: string[] = [];
  messages: Message[] = [];
  change = 0;
  readSeq = 0;
  pageSize = 5;
  told: ServerEvent[] = [];

  private async answer<T>(name: string, make: () => T): Promise<T> {
    this.asked.push(name);
    await Promise.resolve();
    if (this.down) throw new ApiError(0, 'offline', '');
    const made = make();
    if (this.losesAnswers()) throw new ApiError(0, 'offline', '');
    return structuredClone(made);
  }

  private stamp(message: Message): Message {
    this.change += 1;
    message.change = this.change;
    this.told.push({ type: 'chat.message', message: structuredClone(message) });
    return message;
  }

  private byId(id: string): Message {
    const found = this.messages.find((one) => one.id === id);
    if (!found) throw new ApiError(404, 'not_found', '');
    return found;
  }

  say(sender: string, text: string, clientId = `${sender} ${this.messages.length}`, mentions: string[] = []) {
    const again = this.messages.find((one) => one.sender_id === sender && one.client_id === clientId);
    if (again) return again;
    const seq = this.messages.length + 1;
    const message = sampleMessage({
      seq,
      change: 0,
      client_id: clientId,
      sender_id: sender,
      text,
      mentions,
    });
    this.messages.push(message);
    if (sender === me) this.readSeq = seq;
    return this.stamp(message);
  }

  alter(id: string, change: Partial<Message>): Message {
    return this.stamp(Object.assign(this.byId(id), change) as Message);
  }

  /** A change without a message: a rule, a member. */
  changeRules() {
    this.change += 1;
    this.told.push({ type: 'chat.conversation', conversation_id: 'room' });
  }

  private written(): Conversation {
    const unread = this.messages.filter((one) => one.seq > this.readSeq && one.sender_id !== me);
    const plain = sampleConversation();
    return {
      ...plain,
      change: this.change,
      last_seq: this.messages.length,
      last_message: this.messages.at(-1) ?? null,
      mine: {
        ...plain.mine,
        read_seq: this.readSeq,
        unread: unread.length,
        mentions: unread.filter((one) => one.mentions.includes(me)).length,
      },
    };
  }

  conversations = () => this.answer('conversations', () => [this.written()]);
  conversation = () => this.answer('conversation', () => this.written());
  roster = () =>
    this.answer(
      'roster',
      (): Roster => ({
        members: [
          { member_id: me, role: 'member', nickname: '', read_seq: this.readSeq, joined_seq: 0 },
          { member_id: other, role: 'owner', nickname: '', read_seq: 0, joined_seq: 0 },
        ],
        people: [],
      }),
    );
  page = (_: string, where: Around) =>
    this.answer('page', () => {
      const size = this.pageSize;
      const last = this.messages.length;
      const from = where.before
        ? Math.max(0, where.before - 1 - size)
        : where.after
          ? where.after
          : where.around
            ? Math.max(0, where.around - 3)
            : Math.max(0, last - size);
      const to = where.before ? where.before - 1 : Math.min(last, from + size);
      return {
        messages: this.messages.slice(from, to),
        has_before: from > 0,
        has_after: to < last,
        change: this.change,
      };
    });
  changes = (_: string, after: number) =>
    this.answer('changes', () => {
      const later = this.messages.filter((one) => one.change > after).sort((a, b) => a.change - b.change);
      const messages = later.slice(0, 4);
      const more = later.length > 4;
      return { messages, change: more ? (messages.at(-1)?.change ?? after) : this.change, more };
    });
  send = (_: string, { client_id, text, files }: { client_id: string; text: string; files?: string[] }) =>
    this.answer('send', () => this.say(me, [text, ...(files ?? [])].join(' + '), client_id));
  edit = (id: string, text: string) => this.answer('edit', () => this.alter(id, { text, edited_at: 1 }));
  recall = (id: string) =>
    this.answer('recall', () => this.alter(id, { text: '', recalled_at: 1, recalled_by: me, reactions: [] }));
  hide = () => this.answer('hide', () => undefined);
  restore = () => this.answer('restore', () => undefined);
  react = (id: string, emoji: string, on: boolean) =>
    this.answer('react', () => {
      this.alter(id, { reactions: on ? [{ emoji, member_ids: [me] }] : [] });
    });
  pin = (id: string, on: boolean) =>
    this.answer('pin', () => {
      this.alter(id, { pinned_at: on ? 1 : null, pinned_by: on ? me : null });
    });
  vote = (id: string) => this.answer('vote', () => this.byId(id));
  closePoll = (id: string) => this.answer('close', () => this.byId(id));
  read = (_: string, seq: number) =>
    this.answer('read', () => {
      this.readSeq = Math.max(this.readSeq, seq);
      const { mine } = this.written();
      return { read_seq: mine.read_seq, unread: mine.unread, mentions: mine.mentions };
    });
  mine = () => this.answer('mine', () => this.written().mine);
  typing = () => this.answer('typing', () => undefined);
}

const memoryBox = (kept = new Map<string, Pending>()): Box => ({
  all: () => [...kept.values()],
  keep: (one) => kept.set(one.client_id, one),
  forget: (id) => kept.delete(id),
});

/** Carries files when it is told to. */
class FakeCarrier implements Carrier {
  log: string[] = [];
  kept = new Set<string>();
  private waiting = new Map<string, { arrive: (id: string) => void; refuse: (error: unknown) => void }>();

  arrival = (upload: string) =>
    new Promise<string>((arrive, refuse) => this.waiting.set(upload, { arrive, refuse }));
  recover = async (upload: string) => this.kept.has(upload);
  resume = (upload: string) => void this.log.push(`resume ${upload}`);
  cancel = (upload: string) => void this.log.push(`cancel ${upload}`);

  arrive = (upload: string) => this.waiting.get(upload)?.arrive(`file of ${upload}`);
  refuse = (upload: string) =>
    this.waiting.get(upload)?.refuse(new ApiError(507, 'drive.member_full', '满了'));
}

let carrier: FakeCarrier;
let office: FakeOffice;
let store: ChatStore;
let box: Box;
let ids = 0;

function arrive(): ChatStore {
  return new ChatStore({ me, office, carrier, box, clock: () => 0, makeId: () => `c${++ids}` });
}

/** Lets everything that waits happen. */
const settle = () => vi.advanceTimersByTimeAsync(120_000);
const soon = () => vi.advanceTimersByTimeAsync(0);

/** Brings what the office has told since, through a line that may do anything to it. */
function deliver(through: (events: ServerEvent[]) => ServerEvent[] = (events) => events) {
  for (const event of through(office.told.splice(0))) store.hear(event);
}

const texts = () => messagesOf(store.state(), 'room').map((one) => one.text);
const first = (): Message => messagesOf(store.state(), 'room')[0] as Message;
const mine = () => store.state().conversations.room?.mine;

beforeEach(async () => {
  vi.useFakeTimers();
  carrier = new FakeCarrier();
  office = new FakeOffice();
  box = memoryBox();
  store = arrive();
  await store.start();
});
afterEach(() => {
  store.end();
  vi.useRealTimers();
});

describe('what is heard', () => {
  it('is laid in its place, once', async () => {
    store.open('room');
    await soon();
    office.say(other, 'one');
    office.say(other, 'two');
    deliver((events) => [...events, ...events]);
    expect(texts()).toEqual(['one', 'two']);
    expect(office.asked.filter((name) => name === 'changes')).toEqual([]);
    expect(mine()).toMatchObject({ unread: 2, mentions: 0 });
  });

  it('is asked for when something before it was lost', async () => {
    store.open('room');
    await soon();
    office.say(other, 'one');
    office.say(other, 'two');
    office.say(other, 'three', 'c', [me]);
    deliver((events) => events.slice(-1));
    await settle();
    expect(texts()).toEqual(['one', 'two', 'three']);
    expect(mine()).toMatchObject({ unread: 3, mentions: 1 });
  });

  it('of a conversation nobody knew makes it known', async () => {
    const fresh = arrive();
    office.say(other, 'hello');
    for (const event of office.told.splice(0)) fresh.hear(event);
    await settle();
    expect(fresh.state().conversations.room?.last_message?.text).toBe('hello');
    fresh.end();
  });

  it('counts for the badge unless the conversation is muted', async () => {
    office.say(other, 'one');
    office.say(other, 'two', 'x', [me]);
    deliver();
    const all = () => unreadOf(Object.values(store.state().conversations));
    expect(all()).toBe(2);
    const { room: one } = store.state().conversations;
    if (one) store.keep({ ...one, mine: { ...one.mine, muted: true } });
    expect(all()).toBe(1);
  });
});

describe('what is written', () => {
  it('shows at once and takes its place when it is acknowledged', async () => {
    store.open('room');
    await soon();
    store.send('room', { text: 'hi' });
    expect(pendingOf(store.state(), 'room', me).map((one) => one.text)).toEqual(['hi']);
    await soon();
    expect(texts()).toEqual(['hi']);
    expect(store.state().pending).toEqual([]);
    deliver();
    expect(texts()).toEqual(['hi']);
  });

  it('waits while the office cannot be reached, survives the page, and arrives once and in order', async () => {
    store.open('room');
    await soon();
    office.down = true;
    store.send('room', { text: 'one' });
    store.send('room', { text: 'two' });
    await soon();
    expect(pendingOf(store.state(), 'room', me).map((one) => one.state)).toEqual(['queued', 'queued']);
    store.end();
    store = arrive();
    office.down = false;
    let lost = 1;
    office.losesAnswers = () => lost-- === 1 && office.asked.at(-1) === 'send';
    store.open('room');
    store.hear({ type: 'hello' });
    await settle();
    deliver();
    expect(texts()).toEqual(['one', 'two']);
    expect(office.messages).toHaveLength(2);
    expect(store.state().pending).toEqual([]);
    expect(box.all()).toEqual([]);
  });

  it('is sent again when no answer comes, and stands there once', async () => {
    store.open('room');
    await soon();
    const { send } = office;
    office.send = async (...asked) => {
      await send(...asked);
      office.send = send;
      return new Promise(() => undefined);
    };
    store.send('room', { text: 'one' });
    await settle();
    expect(texts()).toEqual(['one']);
    expect(office.messages).toHaveLength(1);
    expect(store.state().pending).toEqual([]);
  });

  it('stays with its words when the office refuses, until it is sent again or discarded', async () => {
    const { send } = office;
    office.send = () => Promise.reject(new ApiError(403, 'chat.muted', '全员禁言了'));
    store.send('room', { text: 'one' });
    await soon();
    const [failed] = store.state().pending;
    expect(failed).toMatchObject({ state: 'failed', refusal: '全员禁言了', text: 'one' });
    office.send = send;
    store.retry(failed?.client_id ?? '');
    await soon();
    expect(office.messages.map((one) => one.text)).toEqual(['one']);
    expect(store.state().pending).toEqual([]);
  });

  it('is bounded', async () => {
    office.down = true;
    const refused: unknown[] = [];
    store.onRefusal((error) => refused.push(error));
    for (let at = 0; at <= pendingMax; at += 1) store.send('room', { text: `${at}` });
    expect(store.state().pending).toHaveLength(pendingMax);
    expect(refused).toHaveLength(1);
  });
});

describe('what is done to a message', () => {
  beforeEach(async () => {
    office.say(me, 'mine');
    deliver();
    store.open('room');
    await soon();
  });

  it('shows at once, and stays when the office has done it', async () => {
    const done = store.react(first(), '👍', true);
    expect(first().reactions).toEqual([{ emoji: '👍', member_ids: [me] }]);
    await done;
    expect(first()).toMatchObject({ change: 2, reactions: [{ emoji: '👍', member_ids: [me] }] });
    expect(store.state().guesses).toEqual([]);
  });

  it('goes back with a word when the office refuses', async () => {
    const refused: unknown[] = [];
    store.onRefusal((error) => refused.push(error));
    office.recall = () => Promise.reject(new ApiError(422, 'chat.too_late', '超过 24 小时了'));
    const done = store.recall(first());
    expect(first().recalled_at).not.toBeNull();
    await done;
    expect(first()).toMatchObject({ text: 'mine', recalled_at: null });
    expect(refused).toHaveLength(1);
  });

  it('is undone when it only hid the message from me', async () => {
    const message = first();
    await store.hide(message);
    expect(texts()).toEqual([]);
    await store.restore(message);
    expect(texts()).toEqual(['mine']);
  });
});

describe('reading', () => {
  it('moves the cursor forward only, here at once and there soon', async () => {
    for (const text of ['a', 'b', 'c']) office.say(other, text);
    deliver();
    store.open('room');
    await soon();
    store.read('room', 2);
    expect(mine()).toMatchObject({ read_seq: 2, unread: 1 });
    store.read('room', 1);
    store.read('room', 3);
    expect(mine()).toMatchObject({ read_seq: 3, unread: 0 });
    await settle();
    expect(office.readSeq).toBe(3);
    expect(office.asked.filter((name) => name === 'read')).toHaveLength(1);
  });

  it('elsewhere is read here too', async () => {
    office.say(other, 'a');
    deliver();
    store.hear({ type: 'chat.read', conversation_id: 'room', cursors: [[me, 1]] });
    expect(mine()).toMatchObject({ read_seq: 1, unread: 0 });
  });

  it('by others is not undone by a list of members that was written before', async () => {
    office.say(me, 'one');
    deliver();
    const readBy = () => store.state().rosters.room?.members.find((one) => one.member_id === other)?.read_seq;
    const late = store.loadRoster('room');
    store.hear({ type: 'chat.read', conversation_id: 'room', cursors: [[other, 1]] });
    await late;
    expect(readBy()).toBe(1);
    await store.loadRoster('room');
    expect(readBy()).toBe(1);
  });
});

describe('a long conversation', () => {
  it('is loaded in pages to both sides, and around any message', async () => {
    for (let at = 1; at <= 40; at += 1) office.say(other, `${at}`);
    deliver();
    store.open('room');
    await soon();
    expect(texts()).toEqual(['36', '37', '38', '39', '40']);
    await store.more('room', 'before');
    expect(texts()[0]).toBe('31');
    await store.show('room', 10);
    expect(texts()).toEqual(['8', '9', '10', '11', '12']);
    office.say(other, '41');
    deliver();
    expect(texts()).toHaveLength(5);
    while (store.state().windows.room?.hasAfter) await store.more('room', 'after');
    expect(texts().at(-1)).toBe('41');
  });

  it('misses nothing that is said while a page is on its way', async () => {
    for (let at = 1; at <= 12; at += 1) office.say(other, `${at}`);
    deliver();
    await store.show('room', 5);
    await store.more('room', 'after');
    expect(texts().at(-1)).toBe('12');
    await store.show('room', 1);
    await store.more('room', 'after');
    const { page } = office;
    office.page = async (id, where) => {
      const written = await page(id, where);
      office.say(other, 'meanwhile');
      deliver();
      return written;
    };
    await store.more('room', 'after');
    office.page = page;
    await settle();
    while (store.state().windows.room?.hasAfter) await store.more('room', 'after');
    expect(texts().at(-1)).toBe('meanwhile');
    expect(texts()).toHaveLength(13);
  });
});

describe('whatever the line does', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed + 1))('both ends are equal (%i)', async (seed) => {
    const roll = chance(seed);
    const oneOf = <T>(list: readonly T[]): T | undefined => list[Math.floor(roll() * list.length)];
    store.open('room');
    await soon();
    office.losesAnswers = () => roll() < 0.1;
    let written = 0;
    for (let step = 0; step < 120; step += 1) {
      const dice = roll();
      const any = oneOf(messagesOf(store.state(), 'room'));
      if (dice < 0.25) office.say(other, `o${step}`, undefined, roll() < 0.3 ? [me] : []);
      else if (dice < 0.4) {
        store.send('room', { text: `w${step}` });
        written += 1;
      } else if (dice < 0.5 && office.messages.length > 0)
        office.alter(oneOf(office.messages)?.id ?? '', { text: `e${step}`, edited_at: step });
      else if (dice < 0.55) office.changeRules();
      else if (dice < 0.65 && any) void store.react(any, '👍', roll() < 0.7);
      else if (dice < 0.7 && any) store.read('room', any.seq);
      else if (dice < 0.75) void store.more('room', roll() < 0.5 ? 'before' : 'after');
      else if (dice < 0.8 && any) void store.show('room', Math.max(1, any.seq - 4));
      else if (dice < 0.85) office.down = !office.down;
      else if (dice < 0.9) store.hear({ type: 'hello' });
      else await vi.advanceTimersByTimeAsync(roll() * 2000);
      if (roll() < 0.6)
        deliver((events) => events.filter(() => roll() < 0.7).sort(() => (roll() < 0.3 ? -1 : 1)));
      if (roll() < 0.5) await soon();
    }
    office.down = false;
    office.losesAnswers = () => false;
    office.told = [];
    store.hear({ type: 'hello' });
    await settle();
    await store.showNewest('room');
    while (store.state().windows.room?.hasBefore) await store.more('room', 'before');
    await settle();
    expect(messagesOf(store.state(), 'room')).toEqual(office.messages);
    expect(office.messages.filter((one) => one.sender_id === me)).toHaveLength(written);
    expect(store.state()).toMatchObject({ pending: [], guesses: [] });
    const there = await office.conversation();
    expect(store.state().conversations.room).toEqual(there);
  });
});

describe('files that go with a message', () => {
  const enclosed = (...uploads: string[]): Enclosed => ({
    kind: 'files',
    files: uploads.map((upload) => ({
      upload,
      file_id: null,
      name: upload,
      size: 1,
      media_type: '',
      width: null,
      height: null,
    })),
  });
  const waiting = () => store.state().pending.map(({ text, state }) => `${text} ${state}`);

  it('are waited for, while what was written after them goes ahead', async () => {
    store.open('room');
    await soon();
    store.send('room', { text: '图', enclosed: enclosed('a', 'b') });
    store.send('room', { text: '看图' });
    await soon();
    expect(waiting()[0]).toBe('图 uploading');
    carrier.arrive('a');
    await soon();
    expect(texts()).toEqual(['看图']);
    carrier.arrive('b');
    await soon();
    expect(texts()).toEqual(['看图', '图 + file of a + file of b']);
    expect(box.all()).toEqual([]);
  });

  it('say why they were refused, and are tried again when asked', async () => {
    store.send('room', { text: '图', enclosed: enclosed('a') });
    await soon();
    carrier.refuse('a');
    await soon();
    expect(store.state().pending[0]).toMatchObject({ state: 'failed', refusal: '满了' });
    store.retry(store.state().pending[0]?.client_id ?? '');
    await soon();
    expect(carrier.log).toEqual(['resume a']);
    carrier.arrive('a');
    await soon();
    expect(office.messages.at(-1)?.text).toBe('图 + file of a');
  });

  it('are given up with the message', async () => {
    store.send('room', { text: '图', enclosed: enclosed('a') });
    store.discard(store.state().pending[0]?.client_id ?? '');
    carrier.arrive('a');
    await settle();
    expect(carrier.log).toEqual(['cancel a']);
    expect(office.messages).toEqual([]);
  });

  it('go on after the page was closed, if the device has kept them', async () => {
    store.send('room', { text: '图', enclosed: enclosed('a') });
    store.send('room', { text: '丢了', enclosed: enclosed('b') });
    await soon();
    store.end();
    carrier.kept.add('a');
    store = arrive();
    await store.start();
    await soon();
    expect(waiting()).toEqual(['图 uploading', '丢了 failed']);
    carrier.arrive('a');
    await soon();
    expect(office.messages.map((one) => one.text)).toEqual(['图 + file of a']);
  });
});
