/** One’s own place in conversations: how far one has read, how they are listed, what one is writing. */
import type { Mine } from '@/api';
import { type Ground, isPassing } from './ground';
import { type ChatState, withKey, withMine } from './state';

const readAfterMs = 250;
const draftAfterMs = 800;
const typingToldMs = 3_000;

export class Place {
  /** How far one has read, as far as the office has not been told. */
  private reads = new Map<string, number>();
  private drafts = new Map<string, string>();
  private typingTold = new Map<string, number>();

  constructor(private readonly ground: Ground) {}

  private get state(): ChatState {
    return this.ground.state();
  }

  /** What is being written here and the office has not been told. */
  draftOf = (id: string): string | undefined => this.drafts.get(id);

  /** Tells the office what it could not be told. */
  tellReads = (): void => {
    for (const id of this.reads.keys()) void this.tellRead(id);
  };

  /** Everything up to `seq` has been seen. */
  read = (id: string, seq: number): void => {
    const conversation = this.state.conversations[id];
    if (!conversation) return;
    const { mine, last_seq } = conversation;
    if (seq <= mine.read_seq && !mine.marked_unread) return;
    const read_seq = Math.max(seq, mine.read_seq);
    const isAll = read_seq >= last_seq;
    const left = this.state.windows[id]?.messages.filter(
      (one) => one.seq > read_seq && one.sender_id !== null && one.sender_id !== this.ground.world.me,
    );
    const addressed = left?.filter((one) => one.mentions_all || one.mentions.includes(this.ground.world.me));
    this.change(id, {
      read_seq,
      marked_unread: false,
      unread: isAll ? 0 : Math.min(mine.unread, left?.length ?? mine.unread),
      mentions: isAll ? 0 : Math.min(mine.mentions, addressed?.length ?? mine.mentions),
    });
    if (mine.marked_unread)
      void this.ground.world.office.mine(id, { marked_unread: false }).catch(() => undefined);
    this.reads.set(id, read_seq);
    if (!this.ground.isWaiting(`read ${id}`))
      this.ground.wait(`read ${id}`, readAfterMs, () => this.tellRead(id));
  };

  tellRead = async (id: string): Promise<void> => {
    const seq = this.reads.get(id);
    if (seq === undefined) return;
    try {
      const mark = await this.ground.world.office.read(id, seq);
      if (this.ground.hasEnded || this.reads.get(id) !== seq) return;
      this.reads.delete(id);
      const conversation = this.state.conversations[id];
      // A message that came meanwhile is counted already.
      if (conversation?.mine.read_seq === mark.read_seq) this.change(id, mark);
    } catch (error) {
      if (!isPassing(error)) this.reads.delete(id);
    }
  };

  /** Muting, pinning, marking: shown at once. */
  setMine = async (id: string, wish: Partial<Mine>): Promise<boolean> => {
    const before = this.state.conversations[id]?.mine;
    if (!before) return false;
    this.change(id, wish);
    try {
      const {
        read_seq: _r,
        unread: _u,
        mentions: _m,
        draft: _d,
        ...rest
      } = await this.ground.world.office.mine(id, wish);
      this.change(id, rest);
      return true;
    } catch (error) {
      const names = Object.keys(wish) as (keyof Mine)[];
      this.change(id, Object.fromEntries(names.map((name) => [name, before[name]])));
      this.ground.refuse(error);
      return false;
    }
  };

  /** Keeps what is being written; other devices get it a moment later. */
  setDraft = (id: string, draft: string): void => {
    if ((this.state.conversations[id]?.mine.draft ?? '') === draft) return;
    this.drafts.set(id, draft);
    this.change(id, { draft });
    this.ground.wait(`draft ${id}`, draftAfterMs, () => void this.tellDraft(id));
  };

  private async tellDraft(id: string): Promise<void> {
    const draft = this.drafts.get(id);
    if (draft === undefined) return;
    try {
      await this.ground.world.office.mine(id, { draft });
      if (this.drafts.get(id) === draft) this.drafts.delete(id);
    } catch (error) {
      if (isPassing(error))
        this.ground.wait(`draft ${id}`, this.ground.pause(), () => void this.tellDraft(id));
      else this.drafts.delete(id);
    }
  }

  /** Somebody is writing here; others are told now and then. */
  typing = (id: string): void => {
    const now = this.ground.world.clock();
    if (now - (this.typingTold.get(id) ?? 0) < typingToldMs) return;
    this.typingTold.set(id, now);
    void this.ground.world.office.typing(id).catch(() => undefined);
  };

  change = (id: string, mine: Partial<Mine>): void => {
    const conversation = this.state.conversations[id];
    if (conversation)
      this.ground.set({ conversations: withKey(this.state.conversations, id, withMine(conversation, mine)) });
  };
}
