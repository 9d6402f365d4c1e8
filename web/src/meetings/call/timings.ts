/** How long joining took, step by step, from the click on "join" to the first remote picture. */

export type Step = 'click' | 'token' | 'signal' | 'connected' | 'published' | 'first_track' | 'first_frame';

/** Milliseconds since the click; a step that has not happened is absent. */
export type Timings = Partial<Record<Step, number>>;

export class JoinClock {
  readonly timings: Timings = {};
  #clickedAt: number | null = null;

  constructor(private readonly now: () => number) {}

  click(): void {
    if (this.#clickedAt !== null) return;
    this.#clickedAt = this.now();
    this.timings.click = 0;
  }

  /** The first time counts; what happens again after a return is another story. */
  mark(step: Step): void {
    if (this.#clickedAt === null || this.timings[step] !== undefined) return;
    this.timings[step] = Math.round(this.now() - this.#clickedAt);
    performance.mark?.(`hutong.call.${step}`);
  }
}
