/** Records a voice: its length, how loud it is, and at the end the file. Plain TypeScript around the browser's recorder. */
import type { Readable } from '@/lib';
import { barsOf, levelOf } from '../enclosed/waveform';

export const voiceMsMax = 5 * 60_000;
/** A shorter press was a slip of the finger. */
const voiceMsMin = 700;
const levelEveryMs = 80;
/** Levels that are drawn while one speaks. */
const shownMax = 48;

export type Voice = { file: File; duration_ms: number; waveform: number[] };

export type Recording =
  | { phase: 'idle' }
  | { phase: 'asking' }
  | { phase: 'speaking'; ms: number; levels: readonly number[] }
  | { phase: 'said'; voice: Voice }
  | { phase: 'refused' };

/** What browsers record, best first. */
const kinds = ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4'];
const endings: Record<string, string> = { 'audio/webm': 'webm', 'audio/ogg': 'ogg', 'audio/mp4': 'm4a' };

export const canRecord = (): boolean => 'MediaRecorder' in window && Boolean(navigator.mediaDevices);

export class Recorder implements Readable<Recording> {
  private current: Recording = { phase: 'idle' };
  private listeners = new Set<() => void>();
  private stopSound: (() => void) | null = null;
  private recorder: MediaRecorder | null = null;
  /** Raised by every new beginning and end: what an older one still says is not heard. */
  private turn = 0;

  state = (): Recording => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start = async (): Promise<void> => {
    if (this.current.phase === 'asking' || this.current.phase === 'speaking') return;
    this.turn += 1;
    const { turn } = this;
    this.set({ phase: 'asking' });
    try {
      const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (turn !== this.turn) {
        for (const track of sound.getTracks()) track.stop();
        return;
      }
      this.listen(sound, turn);
    } catch {
      if (turn === this.turn) this.set({ phase: 'refused' });
    }
  };

  /** Ends it; what was said waits to be heard and sent. */
  stop = (): void => {
    if (this.current.phase === 'asking') this.cancel();
    else if (this.recorder?.state === 'recording') this.recorder.stop();
  };

  cancel = (): void => {
    this.turn += 1;
    this.end();
    this.set({ phase: 'idle' });
  };

  private listen(sound: MediaStream, turn: number): void {
    const type = kinds.find((one) => MediaRecorder.isTypeSupported(one));
    const recorder = new MediaRecorder(sound, type ? { mimeType: type, audioBitsPerSecond: 32_000 } : {});
    this.recorder = recorder;
    const pieces: Blob[] = [];
    const levels: number[] = [];
    const begun = performance.now();
    const elapsed = () => performance.now() - begun;
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(sound).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getByteTimeDomainData(samples);
      levels.push(levelOf(samples));
      this.set({ phase: 'speaking', ms: elapsed(), levels: levels.slice(-shownMax) });
      if (elapsed() >= voiceMsMax) this.stop();
    }, levelEveryMs);
    this.stopSound = () => {
      clearInterval(timer);
      void context.close();
      for (const track of sound.getTracks()) track.stop();
    };
    recorder.ondataavailable = ({ data }) => pieces.push(data);
    recorder.onstop = () => {
      if (turn !== this.turn) return;
      const duration_ms = Math.round(Math.min(elapsed(), voiceMsMax));
      this.end();
      if (duration_ms < voiceMsMin) {
        this.set({ phase: 'idle' });
        return;
      }
      const [kind = 'audio/webm'] = recorder.mimeType.split(';');
      const name = `voice-${new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')}.${endings[kind] ?? 'webm'}`;
      const file = new File(pieces, name, { type: kind });
      this.set({ phase: 'said', voice: { file, duration_ms, waveform: barsOf(levels) } });
    };
    recorder.start();
    this.set({ phase: 'speaking', ms: 0, levels: [] });
  }

  private end(): void {
    this.stopSound?.();
    this.stopSound = null;
    const { recorder } = this;
    this.recorder = null;
    if (recorder?.state === 'recording') recorder.stop();
  }

  private set(next: Recording): void {
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  }
}
