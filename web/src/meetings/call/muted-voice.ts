/** Notices that somebody speaks into their muted microphone. Listens to a copy of the track; nothing is sent. */
import { LevelMeter } from './level';

const LOOK_EVERY_MS = 200;
const LOUD = 0.55;
/** This many loud looks in a row are a sentence, not a cough. */
const LOUD_LOOKS = 4;
const QUIET_AFTER_MS = 30_000;

export class MutedVoice {
  #copy: MediaStreamTrack | null = null;
  #meter: LevelMeter | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly heard: () => void) {}

  watch(track: MediaStreamTrack): void {
    this.stop();
    if (track.readyState !== 'live') return;
    this.#copy = track.clone();
    this.#copy.enabled = true;
    this.#meter = new LevelMeter(this.#copy);
    let loud = 0;
    let looksToSkip = 0;
    this.#timer = setInterval(() => {
      if (looksToSkip-- > 0) return;
      loud = (this.#meter?.read() ?? 0) > LOUD ? loud + 1 : 0;
      if (loud < LOUD_LOOKS) return;
      loud = 0;
      looksToSkip = QUIET_AFTER_MS / LOOK_EVERY_MS;
      this.heard();
    }, LOOK_EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#meter?.close();
    this.#copy?.stop();
    this.#meter = null;
    this.#copy = null;
  }
}
