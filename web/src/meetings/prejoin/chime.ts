/** Two soft notes to try a speaker with. */

const NOTES_HZ = [523.25, 659.25] as const;
const NOTE_S = 0.32;

/** Resolves when the last note has faded. */
export async function playChime(speakerId: string | null): Promise<void> {
  const context = new AudioContext();
  try {
    const routed = context as AudioContext & { setSinkId?: (id: string) => Promise<void> };
    if (speakerId && speakerId !== 'default') await routed.setSinkId?.(speakerId).catch(() => undefined);
    await context.resume();
    NOTES_HZ.forEach((hz, index) => {
      note(context, hz, context.currentTime + index * NOTE_S);
    });
    await new Promise((resolve) => setTimeout(resolve, (NOTES_HZ.length + 1) * NOTE_S * 1000));
  } finally {
    void context.close().catch(() => undefined);
  }
}

/** One bell-like note: quick in, slow out. */
export function note(context: AudioContext, hz: number, at: number, loudness = 0.22): void {
  const tone = context.createOscillator();
  const gain = context.createGain();
  tone.frequency.value = hz;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(loudness, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + NOTE_S * 1.8);
  tone.connect(gain).connect(context.destination);
  tone.start(at);
  tone.stop(at + NOTE_S * 2);
}
