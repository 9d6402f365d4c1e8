/** The way out of what was written: shown at once, sent in order, kept until it is acknowledged. */
import { ApiError, type Message, type PollPlan, type Quote } from '@/api';
import { type Ground, isPassing } from './ground';
import {
  arrived,
  type Enclosed,
  enclosuresOf,
  isSame,
  isWhole,
  outgoingOf,
  type Pending,
  pendingMax,
} from './outbox';
import type { ChatState } from './state';

/** Longer than this nobody waits to hear whether a message has arrived: it is sent again under the same id. */
const sendMsMax = 20_000;

export type Draft = {
  text: string;
  mentions?: string[];
  mentions_all?: boolean;
  reply_to?: Quote | null;
  thread_root?: number | null;
  poll?: PollPlan | null;
  enclosed?: Enclosed | null;
};

/** What an answer that does not come is taken for. */
function patiently<T>(answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ApiError(0, 'offline', '')), sendMsMax);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}

export class Sender {
  private sending = new Set<string>();

  constructor(
    private readonly ground: Ground,
    private readonly arrived: (message: Message) => void,
  ) {}

  private get state(): ChatState {
    return this.ground.state();
  }

  /** Shows a message at once and sends it as soon as that is possible. */
  send = (conversation: string, draft: Draft): void => {
    if (this.state.pending.length >= pendingMax) {
      this.ground.refuse(new ApiError(0, 'offline', ''));
      return;
    }
    const pending: Pending = {
      client_id: this.ground.world.makeId(),
      conversation_id: conversation,
      text: draft.text,
      mentions: draft.mentions ?? [],
      mentions_all: draft.mentions_all ?? false,
      reply_to: draft.reply_to ?? null,
      thread_root: draft.thread_root ?? null,
      poll: draft.poll ?? null,
      enclosed: draft.enclosed ?? null,
      written_at: this.ground.world.clock(),
      state: 'sending',
      refusal: null,
    };
    this.ground.world.box.keep(pending);
    this.ground.set({ pending: [...this.state.pending, pending] });
    this.goOn(pending);
  };

  /** What an earlier page has left behind: files that were on their way go on as far as they were kept. */
  recover = (): void => {
    for (const pending of this.state.pending) if (!isWhole(pending)) void this.recoverFiles(pending);
  };

  private async recoverFiles(pending: Pending): Promise<void> {
    const missing = enclosuresOf(pending.enclosed).filter(({ file_id }) => file_id === null);
    const { carrier } = this.ground.world;
    const found = await Promise.all(
      missing.map(({ upload }) => carrier.recover(upload, pending.conversation_id)),
    );
    if (found.every(Boolean)) this.goOn(pending);
    else this.fail(pending.client_id, null);
  }

  /** Sends it, or waits for its files first; what follows does not wait with it. */
  private goOn(pending: Pending): void {
    if (isWhole(pending)) void this.sendNext(pending.conversation_id);
    else {
      this.setPending(pending.client_id, { state: 'uploading', refusal: null });
      void this.carry(pending);
    }
  }

  private async carry(pending: Pending): Promise<void> {
    const { client_id, enclosed } = pending;
    if (!enclosed) return;
    const missing = enclosuresOf(enclosed).filter(({ file_id }) => file_id === null);
    try {
      const pairs = missing.map(
        async ({ upload }) => [upload, await this.ground.world.carrier.arrival(upload)] as const,
      );
      const next: Partial<Pending> = {
        enclosed: arrived(enclosed, new Map(await Promise.all(pairs))),
        state: 'sending',
      };
      // Given up meanwhile.
      if (!this.state.pending.some((one) => one.client_id === client_id)) return;
      this.setPending(client_id, next);
      this.ground.world.box.keep({ ...pending, ...next });
      void this.sendNext(pending.conversation_id);
    } catch (error) {
      this.fail(client_id, error);
    }
  }

  private fail(clientId: string, error: unknown): void {
    const refusal = error instanceof ApiError ? error.message : '';
    this.setPending(clientId, { state: 'failed', refusal });
  }

  retry = (clientId: string): void => {
    const pending = this.state.pending.find((one) => one.client_id === clientId);
    if (!pending) return;
    for (const { upload, file_id } of enclosuresOf(pending.enclosed))
      if (file_id === null) this.ground.world.carrier.resume(upload);
    this.setPending(clientId, { state: 'sending', refusal: null });
    this.goOn(pending);
  };

  discard = (clientId: string): void => {
    const given = this.state.pending.find((one) => one.client_id === clientId);
    for (const { upload } of enclosuresOf(given?.enclosed ?? null)) this.ground.world.carrier.cancel(upload);
    this.ground.world.box.forget(clientId);
    this.ground.set({ pending: this.state.pending.filter((one) => one.client_id !== clientId) });
  };

  /** Sends whatever waits: the network may be back. */
  sendWaiting = (): void => {
    this.ground.stopWaiting('send');
    for (const id of new Set(this.state.pending.map((one) => one.conversation_id))) void this.sendNext(id);
  };

  /** One at a time in each conversation, so that they arrive in the order they were written. */
  private async sendNext(id: string): Promise<void> {
    if (this.sending.has(id)) return;
    this.sending.add(id);
    try {
      for (;;) {
        const next = this.state.pending.find(
          (one) => one.conversation_id === id && (one.state === 'sending' || one.state === 'queued'),
        );
        if (!next || this.ground.hasEnded || !(await this.sendOne(next))) return;
      }
    } finally {
      this.sending.delete(id);
    }
  }

  /** Whether the next one may be tried. */
  private async sendOne(pending: Pending): Promise<boolean> {
    const id = pending.client_id;
    try {
      const message = await patiently(
        this.ground.world.office.send(pending.conversation_id, outgoingOf(pending)),
      );
      this.ground.world.box.forget(id);
      this.setPending(id, { state: 'sent' });
      this.arrived(message);
      return true;
    } catch (error) {
      if (!isPassing(error)) {
        const refusal = error instanceof ApiError ? error.message : '';
        this.setPending(id, { state: 'failed', refusal });
        this.ground.world.box.forget(id);
        this.ground.world.box.keep({ ...pending, state: 'failed', refusal });
        return true;
      }
      this.queue(pending.conversation_id);
      this.ground.wait('send', this.ground.pause(), () => this.sendWaiting());
      return false;
    }
  }

  /** What follows waits with the one that could not be sent. */
  private queue(conversation: string): void {
    const waits = (one: Pending) => one.conversation_id === conversation && one.state === 'sending';
    this.ground.set({
      pending: this.state.pending.map((one) => (waits(one) ? { ...one, state: 'queued' } : one)),
    });
  }

  private setPending(clientId: string, change: Partial<Pending>): void {
    this.ground.set({
      pending: this.state.pending.map((one) => (one.client_id === clientId ? { ...one, ...change } : one)),
    });
  }

  /** Lets go of what has its place among the messages, or whose place is not loaded. */
  settle = (id: string): void => {
    const loaded = this.state.windows[id];
    const isSettled = (one: Pending) => {
      if (one.conversation_id !== id) return false;
      if (loaded?.messages.some((message) => isSame(one, message, this.ground.world.me))) return true;
      return one.state === 'sent' && (!loaded || loaded.hasAfter);
    };
    const settled = this.state.pending.filter(isSettled);
    if (settled.length === 0) return;
    for (const one of settled) this.ground.world.box.forget(one.client_id);
    this.ground.set({ pending: this.state.pending.filter((one) => !settled.includes(one)) });
  };
}
