/** How loud a microphone is, measured from its track. Knows nothing of rooms. */

/** Quieter than this is shown as silence; full scale is speech close to the microphone. */
const FLOOR_DB = -60;
const CEILING_DB = -12;

export class LevelMeter {
  #context: AudioContext;
  #analyser: AnalyserNode;
  #source: MediaStreamAudioSourceNode;
  #samples: Float32Array<ArrayBuffer>;

  constructor(track: MediaStreamTrack) {
    this.#context = new AudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = 1024;
    this.#source = this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source.connect(this.#analyser);
    this.#samples = new Float32Array(new ArrayBuffer(this.#analyser.fftSize * 4));
  }

  /** From 0, silence, to 1, loud. */
  read(): number {
    if (this.#context.state === 'suspended') void this.#context.resume().catch(() => undefined);
    this.#analyser.getFloatTimeDomainData(this.#samples);
    return loudness(this.#samples);
  }

  close(): void {
    this.#source.disconnect();
    void this.#context.close().catch(() => undefined);
  }
}

export function loudness(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  const db = 20 * Math.log10(Math.max(rms, 1e-9));
  return Math.min(1, Math.max(0, (db - FLOOR_DB) / (CEILING_DB - FLOOR_DB)));
}
