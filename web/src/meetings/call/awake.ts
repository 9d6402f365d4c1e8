/** Keeps the screen on during a call. Browsers take the lock away with every hidden tab; it is asked for again. */

export class Awake {
  #lock: WakeLockSentinel | null = null;
  #wanted = false;

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    document.addEventListener('visibilitychange', this.#ask);
    void this.#ask();
  }

  stop(): void {
    this.#wanted = false;
    document.removeEventListener('visibilitychange', this.#ask);
    void this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  #ask = async (): Promise<void> => {
    if (!this.#wanted || document.visibilityState !== 'visible') return;
    const lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
    if (this.#wanted) this.#lock = lock;
    else void lock?.release().catch(() => undefined);
  };
}
