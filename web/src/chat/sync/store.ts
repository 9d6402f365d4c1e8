/**
 * Conversations on this device, kept equal to the office's. Everything one does shows at once and is
 * corrected when the office disagrees; what was missed is asked for by the number of the last known change.
 * Plain TypeScript: views draw its state, the page feeds it events, tests feed it anything.
 */
import {
  ApiError,
  type Conversation,
  type Message,
  type Mine,
  type PollPlan,
  type Quote,
  type ServerEvent,
} from '@/api';
import type { Readable } from '@/lib';
import { edited, recalled, withPin, withPollClosed, withReaction, withVote } from './guesses';
import type { Around, Office } from './office';
import { type Box, isSame, outgoingOf, type Pending, pendingMax } from './outbox';
import { withCursors } from './readers';
import { type ChatState, emptyState, withFetched, withHeard, withKey, withMine } from './state';
import { fromPage, isBehind, type Loaded, withChanges, withMessage, withPage } from './window';

/** After so many answers to “what has changed” the newest page is asked for instead. */
const catchUpPagesMax = 6;
const windowsKeptMax = 12;
const retryMs = 3_000;
const retryMsMax = 30_000;
const readAfterMs = 250;
const refreshAfterMs = 400;
const draftAfterMs = 800;
const typingShownMs = 6_000;
const typingToldMs = 3_000;

export type Draft = {
  text: string;
  mentions?: string[];
  mentions_all?: boolean;
  reply_to?: Quote | null;
  thread_root?: number | null;
  poll?: PollPlan | null;
};

export type Surroundings = {
  me: string;
  office: Office;
  box: Box;
  clock: () => number;
  makeId: () => string;
};

type Timer = ReturnType<typeof setTimeout>;

/** Whether trying again later may help without anybody doing anything. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) || error.status === 0 || error.status === 429 || error.status >= 500;

const isMessage = (answer: unknown): answer is Message =>
  typeof (answer as Partial<Message> | undefined)?.seq === 'number';

const isGone = (error: unknown): boolean => error instanceof ApiError && error.status === 404;

export class ChatStore implements Readable<ChatState> {
  readonly me: string;
  private current: ChatState = emptyState;
  private listeners = new Set<() => void>();
  private refusalListeners = new Set<(error: unknown) => void>();
  private newListeners = new Set<(message: Message, conversation: Conversation) => void>();
  private timers = new Map<string, Timer>();
  private catching = new Map<string, Promise<void>>();
  private paging = new Set<string>();
  private sending = new Set<string>();
  private loading = new Map<string, Promise<void>>();
  /** Raised whenever a window is replaced: answers meant for the one before are dropped. */
  private epochs = new Map<string, number>();
  private used: string[] = [];
  private reads = new Map<string, number>();
  private drafts = new Map<string, string>();
  private typingTold = new Map<string, number>();
  private lastGuess = 0;
  private failuresInRow = 0;
  private ended = false;

  constructor(private readonly world: Surroundings) {
    this.me = world.me;
    const pending = world.box.all().map(
      (one): Pending => ({
        ...one,
        state: one.state === 'failed' ? 'failed' : 'queued',
      }),
    );
    this.current = { ...emptyState, pending };
  }

  state = (): ChatState => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Calls `heard` for everything that the office refused and that was therefore taken back. */
  onRefusal = (heard: (error: unknown) => void): (() => void) => {
    this.refusalListeners.add(heard);
    return () => this.refusalListeners.delete(heard);
  };

  /** Calls `heard` for every message of somebody else as it arrives. */
  onNew = (heard: (message: Message, conversation: Conversation) => void): (() => void) => {
    this.newListeners.add(heard);
    return () => this.newListeners.delete(heard);
  };

  /** Nothing is asked or shown after this: somebody else is signed in. */
  end = (): void => {
    this.ended = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  };

  /** Asks for all conversations: at first, and whenever the line to the office has been mended. */
  start = async (): Promise<void> => {
    this.stopWaiting('start');
    try {
      const list = await this.world.office.conversations();
      if (this.ended) return;
      this.failuresInRow = 0;
      const known = this.current.conversations;
      const conversations = Object.fromEntries(list.map((one) => [one.id, withFetched(known[one.id], one)]));
      this.set({ phase: 'ready', failure: null, conversations });
      for (const id of Object.keys(this.current.windows)) {
        const fetched = conversations[id];
        if (fetched) this.hearOf(id, fetched.change);
        else this.forget(id);
      }
      // What was read by others meanwhile is not told again.
      for (const id of Object.keys(this.current.rosters)) void this.loadRoster(id);
      this.sendWaiting();
      for (const id of this.reads.keys()) this.tellRead(id);
    } catch (failure) {
      if (this.ended) return;
      if (this.current.phase !== 'ready') this.set({ phase: 'failed', failure });
      this.failuresInRow += 1;
      this.wait('start', this.pause(), () => void this.start());
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
    if (!this.current.windows[id] && !isLoading) void this.load(id, {});
    if (!this.current.rosters[id]) void this.loadRoster(id);
  };

  /** Loads the messages around one of them, unless it is here. */
  show = async (id: string, seq: number): Promise<void> => {
    this.touch(id);
    if (!this.current.windows[id]?.messages.some((message) => message.seq === seq))
      await this.load(id, { around: seq });
  };

  showNewest = async (id: string): Promise<void> => {
    if (this.current.windows[id]?.hasAfter) await this.load(id, {});
  };

  /** Loads what lies before or after the loaded stretch. */
  more = async (id: string, side: 'before' | 'after'): Promise<void> => {
    const loaded = this.current.windows[id];
    const edge = side === 'before' ? loaded?.messages[0]?.seq : loaded?.messages.at(-1)?.seq;
    const key = `${id} ${side}`;
    if (!loaded || edge === undefined || this.paging.has(key)) return;
    if (!(side === 'before' ? loaded.hasBefore : loaded.hasAfter)) return;
    this.paging.add(key);
    const epoch = this.epochs.get(id);
    try {
      const page = await this.world.office.page(id, side === 'before' ? { before: edge } : { after: edge });
      const now = this.current.windows[id];
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
        const page = await this.world.office.page(id, where);
        if (this.epochs.get(id) !== epoch || this.ended) return;
        const heard = Math.max(
          this.current.windows[id]?.heard ?? 0,
          this.current.conversations[id]?.change ?? 0,
        );
        this.set({ failures: withKey(this.current.failures, id, undefined) });
        this.put(id, fromPage(page, heard));
      } catch (failure) {
        if (this.epochs.get(id) !== epoch || this.ended) return;
        if (!this.current.windows[id]) this.set({ failures: withKey(this.current.failures, id, failure) });
        else this.refuse(failure);
      } finally {
        this.loading.delete(key);
      }
    })();
    this.loading.set(key, run);
    return run;
  }

  loadRoster = async (id: string): Promise<void> => {
    try {
      const roster = await this.world.office.roster(id);
      if (!this.ended) this.set({ rosters: withKey(this.current.rosters, id, roster) });
    } catch {
      // Without it nothing is counted; the next greeting or opening asks again.
    }
  };

  private touch(id: string): void {
    this.used = [id, ...this.used.filter((one) => one !== id)];
    for (const old of this.used.splice(windowsKeptMax)) {
      this.set({
        windows: withKey(this.current.windows, old, undefined),
        rosters: withKey(this.current.rosters, old, undefined),
      });
    }
  }

  private put(id: string, loaded: Loaded): void {
    const before = this.current.windows[id];
    if (before === loaded) return;
    this.set({ windows: withKey(this.current.windows, id, loaded) });
    this.settlePending(id);
    if (isBehind(loaded)) void this.catchUp(id);
  }

  private forget(id: string): void {
    this.set({
      conversations: withKey(this.current.conversations, id, undefined),
      windows: withKey(this.current.windows, id, undefined),
      rosters: withKey(this.current.rosters, id, undefined),
      failures: withKey(this.current.failures, id, undefined),
    });
  }

  // ——— What is heard ———

  private hearMessage(message: Message): void {
    const id = message.conversation_id;
    const before = this.current.conversations[id];
    const loaded = this.current.windows[id];
    if (before) {
      const isNew = message.seq > before.last_seq;
      const { conversation, unsure } = withHeard(before, message, this.me);
      this.set({ conversations: withKey(this.current.conversations, id, conversation) });
      if (message.sender_id) this.stopTyping(id, message.sender_id);
      if (unsure) this.refreshSoon(id);
      if (isNew && message.sender_id !== this.me)
        for (const heard of [...this.newListeners]) heard(message, conversation);
    } else this.refreshSoon(id);
    if (loaded) this.put(id, withMessage(loaded, message));
    this.settlePending(id);
  }

  /** There is a change that may not be here. */
  private hearOf(id: string, change: number): void {
    const loaded = this.current.windows[id];
    if (loaded && change > loaded.heard) this.put(id, { ...loaded, heard: change });
    else if (loaded && isBehind(loaded)) void this.catchUp(id);
  }

  /** Asks for what has changed until nothing is missing. */
  private catchUp(id: string): Promise<void> {
    const running = this.catching.get(id);
    if (running) return running;
    const run = this.askChanges(id)
      .then(() => {
        this.failuresInRow = 0;
      })
      .catch((error) => {
        if (this.ended) return;
        if (isGone(error)) return this.forget(id);
        this.failuresInRow += 1;
        this.wait(`catch ${id}`, this.pause(), () => void this.catchUp(id));
      })
      .finally(() => this.catching.delete(id));
    this.catching.set(id, run);
    return run;
  }

  private async askChanges(id: string): Promise<void> {
    for (let pages = 0; ; pages += 1) {
      const loaded = this.current.windows[id];
      if (!loaded || !isBehind(loaded) || this.ended) return;
      if (pages === catchUpPagesMax) return this.load(id, {});
      const after = loaded.change;
      const changes = await this.world.office.changes(id, after);
      const now = this.current.windows[id];
      if (!now) return;
      const next = withChanges(now, after, changes);
      const isAll = !changes.more && changes.change <= after && now.change === after;
      const settled = isAll ? { ...next, heard: next.change } : next;
      this.set({ windows: withKey(this.current.windows, id, settled) });
      this.settlePending(id);
    }
  }

  private hearCursors(id: string, cursors: readonly (readonly [string, number])[]): void {
    const roster = this.current.rosters[id];
    if (roster) {
      const members = withCursors(roster.members, cursors);
      if (members !== roster.members)
        this.set({ rosters: withKey(this.current.rosters, id, { ...roster, members: [...members] }) });
    }
    const mine = cursors.find(([member]) => member === this.me)?.[1];
    const conversation = this.current.conversations[id];
    if (mine === undefined || !conversation || mine <= conversation.mine.read_seq) return;
    // Read on another device.
    const isAll = mine >= conversation.last_seq;
    this.change(id, { read_seq: mine, ...(isAll ? { unread: 0, mentions: 0 } : {}) });
    if (!isAll) this.refreshSoon(id);
  }

  private hearTyping(id: string, member: string): void {
    if (member === this.me) return;
    const until = this.world.clock() + typingShownMs;
    const others = (this.current.typing[id] ?? []).filter((one) => one.member !== member);
    this.set({ typing: withKey(this.current.typing, id, [...others, { member, until }]) });
    this.wait(`typing ${id} ${member}`, typingShownMs, () => this.stopTyping(id, member));
  }

  private stopTyping(id: string, member: string): void {
    this.stopWaiting(`typing ${id} ${member}`);
    const typing = this.current.typing[id];
    if (!typing?.some((one) => one.member === member)) return;
    const left = typing.filter((one) => one.member !== member);
    this.set({ typing: withKey(this.current.typing, id, left.length > 0 ? left : undefined) });
  }

  private refreshSoon(id: string): void {
    if (!this.timers.has(`refresh ${id}`))
      this.wait(`refresh ${id}`, refreshAfterMs, () => void this.refresh(id));
  }

  /** Asks for one conversation again. */
  refresh = async (id: string): Promise<void> => {
    try {
      const fetched = await this.world.office.conversation(id);
      if (this.ended) return;
      this.keep(fetched);
      this.hearOf(id, fetched.change);
      if (this.current.rosters[id]) await this.loadRoster(id);
    } catch (error) {
      if (isGone(error)) this.forget(id);
      else if (!this.ended && isPassing(error))
        this.wait(`refresh ${id}`, this.pause(), () => void this.refresh(id));
    }
  };

  /** Takes a conversation that an answer brought. */
  keep = (fetched: Conversation): void => {
    const draft = this.drafts.get(fetched.id);
    const next = withFetched(this.current.conversations[fetched.id], fetched);
    this.set({
      conversations: withKey(
        this.current.conversations,
        fetched.id,
        draft === undefined ? next : withMine(next, { draft }),
      ),
    });
  };

  // ——— Sending ———

  /** Shows a message at once and sends it as soon as that is possible. */
  send = (conversation: string, draft: Draft): void => {
    if (this.current.pending.length >= pendingMax) {
      this.refuse(new ApiError(0, 'offline', ''));
      return;
    }
    const pending: Pending = {
      client_id: this.world.makeId(),
      conversation_id: conversation,
      text: draft.text,
      mentions: draft.mentions ?? [],
      mentions_all: draft.mentions_all ?? false,
      reply_to: draft.reply_to ?? null,
      thread_root: draft.thread_root ?? null,
      poll: draft.poll ?? null,
      written_at: this.world.clock(),
      state: 'sending',
      refusal: null,
    };
    this.world.box.keep(pending);
    this.set({ pending: [...this.current.pending, pending] });
    void this.sendNext(conversation);
  };

  retry = (clientId: string): void => {
    const pending = this.current.pending.find((one) => one.client_id === clientId);
    if (!pending) return;
    this.setPending(clientId, { state: 'sending', refusal: null });
    void this.sendNext(pending.conversation_id);
  };

  discard = (clientId: string): void => {
    this.world.box.forget(clientId);
    this.set({ pending: this.current.pending.filter((one) => one.client_id !== clientId) });
  };

  private sendWaiting(): void {
    this.stopWaiting('send');
    for (const id of new Set(this.current.pending.map((one) => one.conversation_id))) void this.sendNext(id);
  }

  /** One at a time in each conversation, so that they arrive in the order they were written. */
  private async sendNext(id: string): Promise<void> {
    if (this.sending.has(id)) return;
    this.sending.add(id);
    try {
      for (;;) {
        const next = this.current.pending.find(
          (one) => one.conversation_id === id && (one.state === 'sending' || one.state === 'queued'),
        );
        if (!next || this.ended || !(await this.sendOne(next))) return;
      }
    } finally {
      this.sending.delete(id);
    }
  }

  /** Whether the next one may be tried. */
  private async sendOne(pending: Pending): Promise<boolean> {
    const id = pending.client_id;
    try {
      const message = await this.world.office.send(pending.conversation_id, outgoingOf(pending));
      this.world.box.forget(id);
      this.setPending(id, { state: 'sent' });
      this.hearMessage(message);
      return true;
    } catch (error) {
      if (!isPassing(error)) {
        const refusal = error instanceof ApiError ? error.message : '';
        this.setPending(id, { state: 'failed', refusal });
        this.world.box.forget(id);
        this.world.box.keep({ ...pending, state: 'failed', refusal });
        return true;
      }
      this.setPending(id, { state: 'queued' });
      this.wait('send', this.pause(), () => this.sendWaiting());
      return false;
    }
  }

  private setPending(clientId: string, change: Partial<Pending>): void {
    this.set({
      pending: this.current.pending.map((one) => (one.client_id === clientId ? { ...one, ...change } : one)),
    });
  }

  /** Lets go of what has its place among the messages, or whose place is not loaded. */
  private settlePending(id: string): void {
    const loaded = this.current.windows[id];
    const isSettled = (one: Pending) => {
      if (one.conversation_id !== id) return false;
      if (loaded?.messages.some((message) => isSame(one, message, this.me))) return true;
      return one.state === 'sent' && (!loaded || loaded.hasAfter);
    };
    const settled = this.current.pending.filter(isSettled);
    if (settled.length === 0) return;
    for (const one of settled) this.world.box.forget(one.client_id);
    this.set({ pending: this.current.pending.filter((one) => !settled.includes(one)) });
  }

  // ——— Doing something with a message ———

  edit = (message: Message, text: string, mentions: string[]): Promise<boolean> =>
    this.attempt(
      message,
      (one) => edited(one, text, mentions, this.world.clock()),
      () => this.world.office.edit(message.id, text, mentions),
    );

  recall = (message: Message): Promise<boolean> =>
    this.attempt(
      message,
      (one) => recalled(one, this.me, this.world.clock()),
      () => this.world.office.recall(message.id),
    );

  react = (message: Message, emoji: string, on: boolean): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withReaction(one, emoji, this.me, on),
      () => this.world.office.react(message.id, emoji, on),
    );

  pin = (message: Message, on: boolean): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withPin(one, on ? { at: this.world.clock(), by: this.me } : null),
      () => this.world.office.pin(message.id, on),
    );

  vote = (message: Message, options: number[]): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withVote(one, this.me, options),
      () => this.world.office.vote(message.id, options),
    );

  closePoll = (message: Message): Promise<boolean> =>
    this.attempt(
      message,
      (one) => withPollClosed(one, this.world.clock()),
      () => this.world.office.closePoll(message.id),
    );

  /** Takes a message away on one's own devices alone. */
  hide = async (message: Message): Promise<boolean> => {
    this.set({ hidden: new Set([...this.current.hidden, message.id]) });
    try {
      await this.world.office.hide(message.id);
      return true;
    } catch (error) {
      this.unhide(message.id);
      this.refuse(error);
      return false;
    }
  };

  restore = async (message: Message): Promise<void> => {
    try {
      await this.world.office.restore(message.id);
      this.unhide(message.id);
      const loaded = this.current.windows[message.conversation_id];
      if (loaded) this.put(message.conversation_id, withMessage(loaded, message));
    } catch (error) {
      this.refuse(error);
    }
  };

  private unhide(id: string): void {
    this.set({ hidden: new Set([...this.current.hidden].filter((one) => one !== id)) });
  }

  /** Shows a guess until the office has answered and its answer is here. */
  private async attempt(
    message: Message,
    make: (message: Message) => Message,
    ask: () => Promise<unknown>,
  ): Promise<boolean> {
    this.lastGuess += 1;
    const guess = { id: this.lastGuess, message: message.id, make };
    this.set({ guesses: [...this.current.guesses, guess] });
    try {
      const answer = await ask();
      if (isMessage(answer)) this.hearMessage(answer);
      const id = message.conversation_id;
      const now = this.current.windows[id];
      const seen = now?.messages.find((one) => one.id === message.id);
      if (now && seen && seen.change <= message.change) {
        this.hearOf(id, now.change + 1);
        await this.catching.get(id);
      }
      return true;
    } catch (error) {
      this.refuse(error);
      return false;
    } finally {
      this.set({ guesses: this.current.guesses.filter((one) => one !== guess) });
    }
  }

  // ——— One's own place in a conversation ———

  /** Everything up to `seq` has been seen. */
  read = (id: string, seq: number): void => {
    const conversation = this.current.conversations[id];
    if (!conversation) return;
    const { mine, last_seq } = conversation;
    if (seq <= mine.read_seq && !mine.marked_unread) return;
    const read_seq = Math.max(seq, mine.read_seq);
    const isAll = read_seq >= last_seq;
    const left = this.current.windows[id]?.messages.filter(
      (one) => one.seq > read_seq && one.sender_id !== null && one.sender_id !== this.me,
    );
    const addressed = left?.filter((one) => one.mentions_all || one.mentions.includes(this.me));
    this.change(id, {
      read_seq,
      marked_unread: false,
      unread: isAll ? 0 : Math.min(mine.unread, left?.length ?? mine.unread),
      mentions: isAll ? 0 : Math.min(mine.mentions, addressed?.length ?? mine.mentions),
    });
    if (mine.marked_unread) void this.world.office.mine(id, { marked_unread: false }).catch(() => undefined);
    this.reads.set(id, read_seq);
    if (!this.timers.has(`read ${id}`)) this.wait(`read ${id}`, readAfterMs, () => this.tellRead(id));
  };

  private async tellRead(id: string): Promise<void> {
    const seq = this.reads.get(id);
    if (seq === undefined) return;
    try {
      const mark = await this.world.office.read(id, seq);
      if (this.ended || this.reads.get(id) !== seq) return;
      this.reads.delete(id);
      const conversation = this.current.conversations[id];
      // A message that came meanwhile is counted already.
      if (conversation?.mine.read_seq === mark.read_seq) this.change(id, mark);
    } catch (error) {
      if (!isPassing(error)) this.reads.delete(id);
    }
  }

  /** Muting, pinning, marking: shown at once. */
  setMine = async (id: string, wish: Partial<Mine>): Promise<boolean> => {
    const before = this.current.conversations[id]?.mine;
    if (!before) return false;
    this.change(id, wish);
    try {
      const {
        read_seq: _r,
        unread: _u,
        mentions: _m,
        draft: _d,
        ...rest
      } = await this.world.office.mine(id, wish);
      this.change(id, rest);
      return true;
    } catch (error) {
      const names = Object.keys(wish) as (keyof Mine)[];
      this.change(id, Object.fromEntries(names.map((name) => [name, before[name]])));
      this.refuse(error);
      return false;
    }
  };

  /** Keeps what is being written; other devices get it a moment later. */
  setDraft = (id: string, draft: string): void => {
    if ((this.current.conversations[id]?.mine.draft ?? '') === draft) return;
    this.drafts.set(id, draft);
    this.change(id, { draft });
    this.wait(`draft ${id}`, draftAfterMs, () => void this.tellDraft(id));
  };

  private async tellDraft(id: string): Promise<void> {
    const draft = this.drafts.get(id);
    if (draft === undefined) return;
    try {
      await this.world.office.mine(id, { draft });
      if (this.drafts.get(id) === draft) this.drafts.delete(id);
    } catch (error) {
      if (isPassing(error)) this.wait(`draft ${id}`, this.pause(), () => void this.tellDraft(id));
      else this.drafts.delete(id);
    }
  }

  /** Somebody is writing here; others are told now and then. */
  typing = (id: string): void => {
    const now = this.world.clock();
    if (now - (this.typingTold.get(id) ?? 0) < typingToldMs) return;
    this.typingTold.set(id, now);
    void this.world.office.typing(id).catch(() => undefined);
  };

  // ——— Small things ———

  private change(id: string, mine: Partial<Mine>): void {
    const conversation = this.current.conversations[id];
    if (conversation)
      this.set({ conversations: withKey(this.current.conversations, id, withMine(conversation, mine)) });
  }

  private refuse(error: unknown): void {
    for (const heard of [...this.refusalListeners]) heard(error);
  }

  private pause = (): number => Math.min(retryMsMax, retryMs * 2 ** Math.min(this.failuresInRow, 6));

  private wait(name: string, ms: number, act: () => void): void {
    if (this.ended) return;
    clearTimeout(this.timers.get(name));
    this.timers.set(
      name,
      setTimeout(() => {
        this.timers.delete(name);
        act();
      }, ms),
    );
  }

  private stopWaiting(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  private set(change: Partial<ChatState>): void {
    if (this.ended) return;
    this.current = { ...this.current, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}
