/**
 * Conversations on this device, kept equal to the office's. Everything one does shows at once and is
 * corrected when the office disagrees; what was missed is asked for by the number of the last known change.
 * Plain TypeScript: views draw its state, the page feeds it events, tests feed it anything.
 */
import { ApiError, type Conversation, type Message, type ServerEvent } from '@/api';
import type { Readable } from '@/lib';
import { Ground, isPassing, type Surroundings } from './ground';
import { edited, recalled, withPin, withPollClosed, withReaction, withVote } from './guesses';
import type { Around } from './office';
import { isWhole, type Pending } from './outbox';
import { Place } from './place';
import { withCursors } from './readers';
import { Sender } from './sender';
import { type ChatState, withFetched, withHeard, withKey, withMine } from './state';
import { fromPage, isBehind, type Loaded, withChanges, withMessage, withPage } from './window';

/** After so many answers to “what has changed” the newest page is asked for instead. */
const catchUpPagesMax = 6;
const windowsKeptMax = 12;
const refreshAfterMs = 400;
const typingShownMs = 6_000;

const isMessage = (answer: unknown): answer is Message =>
  typeof (answer as Partial<Message> | undefined)?.seq === 'number';

const isSignedOut = (error: unknown): boolean => error instanceof ApiError && error.status === 401;

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

/** What was heard of reading while a list of members was on its way. */
type Told = { id: string; cursors: (readonly [string, number])[] };

export class ChatStore implements Readable<ChatState> {
  readonly me: string;
  readonly send: Sender['send'];
  readonly retry: Sender['retry'];
  readonly discard: Sender['discard'];
  readonly read: Place['read'];
  readonly setMine: Place['setMine'];
  readonly setDraft: Place['setDraft'];
  readonly typing: Place['typing'];
  private readonly ground: Ground;
  private readonly sender: Sender;
  private readonly place: Place;
  private newListeners = new Set<(message: Message, conversation: Conversation) => void>();
  private catching = new Map<string, Promise<void>>();
  private paging = new Set<string>();
  private loading = new Map<string, Promise<void>>();
  /** Raised whenever a window is replaced: answers meant for the one before are dropped. */
  private epochs = new Map<string, number>();
  private used: string[] = [];
  private lastGuess = 0;
  private asking = new Set<Told>();

  constructor(world: Surroundings) {
    this.me = world.me;
    this.ground = new Ground(world);
    this.sender = new Sender(this.ground, (message) => this.hearMessage(message));
    this.place = new Place(this.ground);
    this.send = this.sender.send;
    this.retry = this.sender.retry;
    this.discard = this.sender.discard;
    this.read = this.place.read;
    this.setMine = this.place.setMine;
    this.setDraft = this.place.setDraft;
    this.typing = this.place.typing;
    const pending = world.box.all().map(
      (one): Pending => ({
        ...one,
        state: one.state === 'failed' ? 'failed' : isWhole(one) ? 'queued' : 'uploading',
      }),
    );
    this.ground.set({ pending });
    this.sender.recover();
  }

  private get now(): ChatState {
    return this.ground.state();
  }

  state = (): ChatState => this.ground.state();

  subscribe = (listener: () => void): (() => void) => this.ground.subscribe(listener);

  /** Calls `heard` for everything that the office refused and that was therefore taken back. */
  onRefusal = (heard: (error: unknown) => void): (() => void) => this.ground.onRefusal(heard);

  /** Calls `heard` for every message of somebody else as it arrives. */
  onNew = (heard: (message: Message, conversation: Conversation) => void): (() => void) => {
    this.newListeners.add(heard);
    return () => this.newListeners.delete(heard);
  };

  /** Nothing is asked or shown after this: somebody else is signed in. */
  end = (): void => this.ground.end();

  /** Asks for all conversations: at first, and whenever the line to the office has been mended. */
  start = async (): Promise<void> => {
    this.ground.stopWaiting('start');
    // What comes while the list is on its way may not be in it.
    const before = new Set(Object.keys(this.now.conversations));
    try {
      const list = await this.ground.world.office.conversations();
      if (this.ground.hasEnded) return;
      this.ground.failures = 0;
      const kept = Object.values(this.now.conversations).filter(({ id }) => !before.has(id));
      const all = [...kept, ...list.map((one) => this.adopted(one))];
      const conversations = Object.fromEntries(all.map((one) => [one.id, one]));
      this.ground.set({ phase: 'ready', failure: null, conversations });
      for (const id of Object.keys(this.now.windows)) {
        const fetched = conversations[id];
        if (fetched) this.hearOf(id, fetched.change);
        else this.forget(id);
      }
      // What was read by others meanwhile is not told again.
      for (const id of Object.keys(this.now.rosters)) void this.loadRoster(id);
      this.sender.sendWaiting();
      this.place.tellReads();
    } catch (failure) {
      if (this.ground.hasEnded || isSignedOut(failure)) return;
      if (this.now.phase !== 'ready') this.ground.set({ phase: 'failed', failure });
      this.ground.failures += 1;
      this.ground.wait('start', this.ground.pause(), () => void this.start());
    }
  };

  /** Takes what the socket says. */
  hear = (event: ServerEvent): void => {
    if (event.type === 'hello') void this.start();
    else if (event.type === 'chat.message') this.hearMessage(event.message);
    else if (event.type === 'chat.conversation') this.refreshSoon(event.conversation_id);
    else if (event.type === 'chat.gone') this.forget(event.conversation_id);
    else if (event.type === 'chat.read') this.hearCursors(event.conversation_id, event.cursors);
    else if (event.type === 'chat.typing') this.hearTyping(event.conversation_id, event.member_id);
  };

  // ——— What is loaded ———

  /** Loads the newest messages of a conversation and who is in it, unless they are here. */
  open = (id: string): void => {
    this.touch(id);
    const isLoading = [...this.loading.keys()].some((key) => key.startsWith(`${id} `));
    if (!this.now.windows[id] && !isLoading) void this.load(id, {});
    if (!this.now.rosters[id]) void this.loadRoster(id);
  };

  /** Loads the messages around one of them, unless it is here. */
  show = async (id: string, seq: number): Promise<void> => {
    this.touch(id);
    if (!this.now.windows[id]?.messages.some((message) => message.seq === seq))
      await this.load(id, { around: seq });
  };

  showNewest = async (id: string): Promise<void> => {
    if (this.now.windows[id]?.hasAfter) await this.load(id, {});
  };

  /** Loads what lies before or after the loaded stretch. */
  more = async (id: string, side: 'before' | 'after'): Promise<void> => {
    const loaded = this.now.windows[id];
    const edge = side === 'before' ? loaded?.messages[0]?.seq : loaded?.messages.at(-1)?.seq;
    const key = `${id} ${side}`;
    if (!loaded || edge === undefined || this.paging.has(key)) return;
    if (!(side === 'before' ? loaded.hasBefore : loaded.hasAfter)) return;
    this.paging.add(key);
    const epoch = this.epochs.get(id);
    try {
      const page = await this.ground.world.office.page(
        id,
        side === 'before' ? { before: edge } : { after: edge },
      );
      const now = this.now.windows[id];
      const edgeNow = side === 'before' ? now?.messages[0]?.seq : now?.messages.at(-1)?.seq;
      if (!now || this.epochs.get(id) !== epoch || edgeNow !== edge) return;
      this.put(id, withPage(now, side, page));
    } catch {
      // Scrolling on asks again.
    } finally {
      this.paging.delete(key);
    }
  };

  private load(id: string, where: Around): Promise<void> {
    const key = `${id} ${JSON.stringify(where)}`;
    const running = this.loading.get(key);
    if (running) return running;
    const epoch = (this.epochs.get(id) ?? 0) + 1;
    this.epochs.set(id, epoch);
    const run = (async () => {
      try {
        const page = await this.ground.world.office.page(id, where);
        if (this.epochs.get(id) !== epoch || this.ground.hasEnded) return;
        const heard = Math.max(this.now.windows[id]?.heard ?? 0, this.now.conversations[id]?.change ?? 0);
        this.ground.set({ failures: withKey(this.now.failures, id, undefined) });
        this.put(id, fromPage(page, heard));
      } catch (failure) {
        if (this.epochs.get(id) !== epoch || this.ground.hasEnded) return;
        if (!this.now.windows[id]) this.ground.set({ failures: withKey(this.now.failures, id, failure) });
        else this.ground.refuse(failure);
      } finally {
        this.loading.delete(key);
      }
    })();
    this.loading.set(key, run);
    return run;
  }

  loadRoster = async (id: string): Promise<void> => {
    const told: Told = { id, cursors: [] };
    this.asking.add(told);
    try {
      const roster = await this.ground.world.office.roster(id);
      if (this.ground.hasEnded) return;
      const known = this.now.rosters[id]?.members ?? [];
      const before = known.map(({ member_id, read_seq }) => [member_id, read_seq] as const);
      // Nobody unreads: an answer written before somebody read does not undo what was heard since.
      const members = withCursors(withCursors(roster.members, before), told.cursors);
      this.ground.set({ rosters: withKey(this.now.rosters, id, { ...roster, members: [...members] }) });
    } catch {
      // Without it nothing is counted; the next greeting or opening asks again.
    } finally {
      this.asking.delete(told);
    }
  };

  private touch(id: string): void {
    this.used = [id, ...this.used.filter((one) => one !== id)];
    for (const old of this.used.splice(windowsKeptMax)) {
      this.ground.set({
        windows: withKey(this.now.windows, old, undefined),
        rosters: withKey(this.now.rosters, old, undefined),
      });
    }
  }

  private put(id: string, loaded: Loaded): void {
    const before = this.now.windows[id];
    if (before === loaded) return;
    this.ground.set({ windows: withKey(this.now.windows, id, loaded) });
    this.sender.settle(id);
    if (isBehind(loaded)) void this.catchUp(id);
  }

  private forget(id: string): void {
    this.ground.set({
      conversations: withKey(this.now.conversations, id, undefined),
      windows: withKey(this.now.windows, id, undefined),
      rosters: withKey(this.now.rosters, id, undefined),
      failures: withKey(this.now.failures, id, undefined),
    });
  }

  // ——— What is heard ———

  private hearMessage(message: Message): void {
    const id = message.conversation_id;
    const before = this.now.conversations[id];
    const loaded = this.now.windows[id];
    if (before) {
      const isNew = message.seq > before.last_seq;
      const { conversation, unsure } = withHeard(before, message, this.me);
      this.ground.set({ conversations: withKey(this.now.conversations, id, conversation) });
      if (message.sender_id) this.stopTyping(id, message.sender_id);
      if (unsure) this.refreshSoon(id);
      if (isNew && message.sender_id !== this.me)
        for (const heard of [...this.newListeners]) heard(message, conversation);
    } else this.refreshSoon(id);
    if (loaded) this.put(id, withMessage(loaded, message));
    this.sender.settle(id);
  }

  /** There is a change that may not be here. */
  private hearOf(id: string, change: number): void {
    const loaded = this.now.windows[id];
    if (loaded && change > loaded.heard) this.put(id, { ...loaded, heard: change });
    else if (loaded && isBehind(loaded)) void this.catchUp(id);
  }

  /** Asks for what has changed until nothing is missing. */
  private catchUp(id: string): Promise<void> {
    const running = this.catching.get(id);
    if (running) return running;
    const run = this.askChanges(id)
      .then(() => {
        this.ground.failures = 0;
      })
      .catch((error) => {
        if (this.ground.hasEnded || isSignedOut(error)) return;
        if (isGone(error)) return this.forget(id);
        this.ground.failures += 1;
        this.ground.wait(`catch ${id}`, this.ground.pause(), () => void this.catchUp(id));
      })
      .finally(() => this.catching.delete(id));
    this.catching.set(id, run);
    return run;
  }

  private async askChanges(id: string): Promise<void> {
    for (let pages = 0; ; pages += 1) {
      const loaded = this.now.windows[id];
      if (!loaded || !isBehind(loaded) || this.ground.hasEnded) return;
      if (pages === catchUpPagesMax) return this.load(id, {});
      const after = loaded.change;
      const changes = await this.ground.world.office.changes(id, after);
      const now = this.now.windows[id];
      if (!now) return;
      const next = withChanges(now, after, changes);
      const isAll = !changes.more && changes.change <= after && now.change === after;
      const settled = isAll ? { ...next, heard: next.change } : next;
      this.ground.set({ windows: withKey(this.now.windows, id, settled) });
      this.sender.settle(id);
    }
  }

  private hearCursors(id: string, cursors: readonly (readonly [string, number])[]): void {
    for (const told of this.asking) if (told.id === id) told.cursors.push(...cursors);
    const roster = this.now.rosters[id];
    if (roster) {
      const members = withCursors(roster.members, cursors);
      if (members !== roster.members)
        this.ground.set({ rosters: withKey(this.now.rosters, id, { ...roster, members: [...members] }) });
    }
    const mine = cursors.find(([member]) => member === this.me)?.[1];
    const conversation = this.now.conversations[id];
    if (mine === undefined || !conversation || mine <= conversation.mine.read_seq) return;
    // Read on another device.
    const isAll = mine >= conversation.last_seq;
    this.place.change(id, { read_seq: mine, ...(isAll ? { unread: 0, mentions: 0 } : {}) });
    if (!isAll) this.refreshSoon(id);
  }

  private hearTyping(id: string, member: string): void {
    if (member === this.me) return;
    const until = this.ground.world.clock() + typingShownMs;
    const others = (this.now.typing[id] ?? []).filter((one) => one.member !== member);
    this.ground.set({ typing: withKey(this.now.typing, id, [...others, { member, until }]) });
    this.ground.wait(`typing ${id} ${member}`, typingShownMs, () => this.stopTyping(id, member));
  }

  private stopTyping(id: string, member: string): void {
    this.ground.stopWaiting(`typing ${id} ${member}`);
    const typing = this.now.typing[id];
    if (!typing?.some((one) => one.member === member)) return;
    const left = typing.filter((one) => one.member !== member);
    this.ground.set({ typing: withKey(this.now.typing, id, left.length > 0 ? left : undefined) });
  }

  private refreshSoon(id: string): void {
    if (!this.ground.isWaiting(`refresh ${id}`))
      this.ground.wait(`refresh ${id}`, refreshAfterMs, () => void this.refresh(id));
  }

  /** Asks for one conversation again. */
  refresh = async (id: string): Promise<void> => {
    try {
      const fetched = await this.ground.world.office.conversation(id);
      if (this.ground.hasEnded) return;
      this.keep(fetched);
      this.hearOf(id, fetched.change);
      if (this.now.rosters[id]) await this.loadRoster(id);
    } catch (error) {
      if (isGone(error)) this.forget(id);
      else if (!this.ground.hasEnded && isPassing(error))
        this.ground.wait(`refresh ${id}`, this.ground.pause(), () => void this.refresh(id));
    }
  };

  /** Takes a conversation that an answer brought. */
  keep = (fetched: Conversation): void => {
    const conversation = this.adopted(fetched);
    this.ground.set({ conversations: withKey(this.now.conversations, fetched.id, conversation) });
  };

  /** As the office wrote it, with what is known better here. */
  private adopted(fetched: Conversation): Conversation {
    const next = withFetched(this.now.conversations[fetched.id], fetched);
    const draft = this.place.draftOf(fetched.id);
    return draft === undefined ? next : withMine(next, { draft });
  }

  // ——— Doing something with a message ———

  edit = (message: Message, text: string, mentions: string[]): Promise<boolean> =>
    this.attempt(
      message,
      (one) => edited(one, text, mentions, this.ground.world.clock()),
      () => this.ground.world.office.edit(message.id, text, mentions),
    );

  recall = (message: Message): Promise<boolean> =>
    this.attempt(
      message,
      (one) => recalled(one, this.me, this.ground.world.clock()),
      () => this.ground.world.office.recall(message.id),
    );

  react = (message: Message, emoji: string, on: boolean): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withReaction(one, emoji, this.me, on),
      () => this.ground.world.office.react(message.id, emoji, on),
    );

  pin = (message: Message, on: boolean): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withPin(one, on ? { at: this.ground.world.clock(), by: this.me } : null),
      () => this.ground.world.office.pin(message.id, on),
    );

  vote = (message: Message, options: number[]): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withVote(one, this.me, options),
      () => this.ground.world.office.vote(message.id, options),
    );

  closePoll = (message: Message): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withPollClosed(one, this.ground.world.clock()),
      () => this.ground.world.office.closePoll(message.id),
    );

  /** Takes a message away on one's own devices alone. */
  hide = async (message: Message): Promise<boolean> => {
    this.ground.set({ hidden: new Set([...this.now.hidden, message.id]) });
    try {
      await this.ground.world.office.hide(message.id);
      return true;
    } catch (error) {
      this.unhide(message.id);
      this.ground.refuse(error);
      return false;
    }
  };

  restore = async (message: Message): Promise<void> => {
    try {
      await this.ground.world.office.restore(message.id);
      this.unhide(message.id);
      const loaded = this.now.windows[message.conversation_id];
      if (loaded) this.put(message.conversation_id, withMessage(loaded, message));
    } catch (error) {
      this.ground.refuse(error);
    }
  };

  private unhide(id: string): void {
    this.ground.set({ hidden: new Set([...this.now.hidden].filter((one) => one !== id)) });
  }

  /** Shows a guess until the office has answered and its answer is here. */
  private async attempt(
    message: Message,
    make: (message: Message) => Message,
    ask: () => Promise<unknown>,
  ): Promise<boolean> {
    this.lastGuess += 1;
    const guess = { id: this.lastGuess, message: message.id, make };
    this.ground.set({ guesses: [...this.now.guesses, guess] });
    try {
      const answer = await ask();
      if (isMessage(answer)) this.hearMessage(answer);
      const id = message.conversation_id;
      const now = this.now.windows[id];
      const seen = now?.messages.find((one) => one.id === message.id);
      if (now && seen && seen.change <= message.change) {
        this.hearOf(id, now.change + 1);
        await this.catching.get(id);
      }
      return true;
    } catch (error) {
      this.ground.refuse(error);
      return false;
    } finally {
      this.ground.set({ guesses: this.now.guesses.filter((one) => one !== guess) });
    }
  }
}
