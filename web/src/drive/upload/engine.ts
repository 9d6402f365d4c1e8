/**
 * Files on their way to the office: a few at a time, going on where they broke off, each with its progress.
 * Plain TypeScript: views draw its state, the page gives it files, tests give it a line that breaks.
 */
import { ApiError } from '@/api';
import { newId, type Readable, sha256 } from '@/lib';
import type { Channel, Line } from './line';
import { noShelf, type Shelf } from './shelf';
import { isUnderway, type Upload, type UploadPlace } from './upload';

const atOnceMax = 3;
export const uploadsMax = 500;
/** Digests of larger files cost more time and memory than sending them again would. */
const digestBytesMax = 64 * 1024 * 1024;
/** Smaller files go with the first request. */
export const wholeBytesMax = 256 * 1024;
const retryMs = 1_000;
const retryMsMax = 30_000;
/** A line on which nothing moves for so long is dead, though nobody has said so. */
const silenceMsMax = 45_000;
/** With the last byte sent the office still has to look at the whole. */
const lookMsMax = 5 * 60_000;
/** Files that were sent lately are shown from here instead of being fetched again. */
const keptMax = 40;

/** A file, or how to make it when its turn has come. */
export type Source = File | { file: File; make: () => Promise<File> };

export type Digest = (file: Blob) => Promise<string | null>;

type Job = {
  file: File;
  make: (() => Promise<File>) | null;
  channel: Channel | null;
  retries: number;
  timer?: ReturnType<typeof setTimeout>;
  settle: (fileId: string) => void;
  fail: (error: unknown) => void;
  arrival: Promise<string>;
};

/** Refusals that another try answers: the office has lost the rest, counts otherwise, or is still busy with the last piece. */
const passingCodes = new Set(['drive.broken_off', 'drive.offset', 'drive.upload_busy', 'request.too_slow']);
const fullStatus = 507;

/** Whether trying again later may help without anybody doing anything. */
const isPassing = (error: unknown): boolean =>
  !(error instanceof ApiError) ||
  error.status === 0 ||
  error.status === 423 ||
  error.status === 429 ||
  passingCodes.has(error.code) ||
  (error.status >= 500 && error.status !== fullStatus);

export class Uploads implements Readable<readonly Upload[]> {
  private current: readonly Upload[] = [];
  private listeners = new Set<() => void>();
  private arrivalListeners = new Set<(upload: Upload) => void>();
  private jobs = new Map<string, Job>();
  private kept = new Map<string, File>();

  constructor(
    private readonly line: Line,
    private readonly digest: Digest = sha256,
    private readonly shelf: Shelf = noShelf,
  ) {}

  state = (): readonly Upload[] => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Calls `heard` for every file as it has arrived. */
  onArrival = (heard: (upload: Upload) => void): (() => void) => {
    this.arrivalListeners.add(heard);
    return () => this.arrivalListeners.delete(heard);
  };

  /** Takes a file; it starts when its turn has come. Gives the name under which it is asked about. */
  add = (source: Source, place: UploadPlace, id: string = newId()): string => {
    if (this.current.length >= uploadsMax) this.clear();
    const file = source instanceof File ? source : source.file;
    let settle: Job['settle'] = () => undefined;
    let fail: Job['fail'] = () => undefined;
    const arrival = new Promise<string>((resolve, reject) => {
      settle = resolve;
      fail = reject;
    });
    // Nobody has to wait for it.
    arrival.catch(() => undefined);
    const make = source instanceof File ? null : source.make;
    this.jobs.set(id, { file, make, channel: null, retries: 0, settle, fail, arrival });
    const upload: Upload = {
      id,
      name: file.name,
      size: file.size,
      media_type: file.type,
      place,
      phase: 'waiting',
      sent: 0,
      file_id: null,
      failure: null,
    };
    this.set([...this.current, upload]);
    this.startNext();
    return id;
  };

  /** The file's id, once all of it is there; fails when it was refused or given up. */
  arrival = (id: string): Promise<string> =>
    this.jobs.get(id)?.arrival ?? Promise.reject(new ApiError(0, 'drive.gone', ''));

  /** Takes up again what a message of an earlier page was to carry, if the device has kept it. */
  recover = async (id: string, conversation: string): Promise<boolean> => {
    if (this.jobs.has(id)) return true;
    const file = await this.shelf.take(id);
    if (!file) return false;
    if (!this.jobs.has(id)) this.add(file, { conversation }, id);
    return true;
  };

  /** The file as it was chosen here. */
  fileOf = (id: string): File | undefined => this.jobs.get(id)?.file;

  /** What was sent from this page a while ago, under its id in the office. */
  keptFile = (fileId: string): File | undefined => this.kept.get(fileId);

  pause = (id: string): void => {
    const upload = this.find(id);
    if (!upload || !isUnderway(upload)) return;
    this.halt(id);
    this.change(id, { phase: 'paused' });
    this.startNext();
  };

  /** Goes on with what was paused, has broken off or was refused. */
  resume = (id: string): void => {
    const upload = this.find(id);
    const job = this.jobs.get(id);
    if (!upload || !job || !['paused', 'broken', 'failed'].includes(upload.phase)) return;
    clearTimeout(job.timer);
    if (upload.phase === 'failed') this.renew(job);
    job.retries = 0;
    this.change(id, { phase: 'waiting', failure: null });
    this.startNext();
  };

  /** Gives a file up. */
  cancel = (id: string): void => {
    const job = this.jobs.get(id);
    const upload = this.find(id);
    if (!job || !upload) return;
    clearTimeout(job.timer);
    if (upload.phase !== 'done') job.channel?.drop();
    job.fail(new ApiError(0, 'drive.cancelled', ''));
    this.jobs.delete(id);
    void this.shelf.forget(id);
    this.set(this.current.filter((one) => one.id !== id));
    this.startNext();
  };

  /** Takes what has arrived off the list. */
  clear = (): void => {
    for (const { id, phase } of this.current) if (phase === 'done') this.jobs.delete(id);
    this.set(this.current.filter(({ phase }) => phase !== 'done'));
  };

  /** The network may be back. */
  hurry = (): void => {
    for (const { id, phase } of this.current) if (phase === 'broken') this.resume(id);
  };

  /** Somebody else is signed in: what is underway ends here. */
  end = (): void => {
    for (const id of [...this.jobs.keys()]) this.halt(id);
    this.jobs.clear();
    this.kept.clear();
    this.set([]);
  };

  private startNext(): void {
    const busy = this.current.filter(({ phase }) => phase === 'preparing' || phase === 'sending').length;
    const waiting = this.current.filter(({ phase }) => phase === 'waiting');
    for (const { id } of waiting.slice(0, Math.max(0, atOnceMax - busy))) void this.start(id);
  }

  private async start(id: string): Promise<void> {
    const job = this.jobs.get(id);
    if (!job) return;
    if (job.channel) {
      this.change(id, { phase: 'sending' });
      this.watch(id);
      job.channel.start();
      return;
    }
    this.change(id, { phase: 'preparing' });
    try {
      if (job.make) {
        job.file = await job.make();
        job.make = null;
        const { name, size, type } = job.file;
        this.change(id, { name, size, media_type: type });
      }
      const { file } = job;
      const kept = this.find(id)?.place;
      if (kept && 'conversation' in kept) void this.shelf.keep(id, file);
      const mayKnow = file.size > wholeBytesMax && file.size <= digestBytesMax;
      const digest = mayKnow ? await this.digest(file).catch(() => null) : null;
      const upload = this.find(id);
      // Paused or given up meanwhile.
      if (upload?.phase !== 'preparing' || job.channel) return;
      job.channel = this.line.open(
        { file, place: upload.place, sha256: digest },
        {
          sent: (sent) => this.progress(id, sent),
          done: (fileId) => this.finish(id, fileId),
          failed: (error) => this.breakOff(id, error),
        },
      );
      this.change(id, { phase: 'sending' });
      this.watch(id);
      job.channel.start();
    } catch (error) {
      this.refuse(id, error);
    }
  }

  /** What was sent with messages stands in them by now. */
  private forgetOldest(): void {
    const over = this.current
      .filter(({ phase, place }) => phase === 'done' && 'conversation' in place)
      .slice(0, -keptMax);
    if (over.length === 0) return;
    for (const { id } of over) this.jobs.delete(id);
    this.set(this.current.filter((one) => !over.includes(one)));
  }

  private progress(id: string, sent: number): void {
    const upload = this.find(id);
    const job = this.jobs.get(id);
    if (!upload || !job || upload.phase !== 'sending') return;
    if (sent > upload.sent) job.retries = 0;
    this.change(id, { sent });
    this.watch(id);
  }

  /** Breaks off what does not move any more. */
  private watch(id: string): void {
    const job = this.jobs.get(id);
    const upload = this.find(id);
    if (!job || !upload) return;
    clearTimeout(job.timer);
    job.timer = setTimeout(
      () => {
        if (this.find(id)?.phase !== 'sending') return;
        job.channel?.stop();
        this.breakOff(id, new ApiError(0, 'offline', ''));
      },
      upload.sent < upload.size ? silenceMsMax : lookMsMax,
    );
  }

  private finish(id: string, fileId: string): void {
    const job = this.jobs.get(id);
    const upload = this.find(id);
    if (!job || !upload || upload.phase === 'done') return;
    clearTimeout(job.timer);
    this.kept.set(fileId, job.file);
    for (const old of [...this.kept.keys()].slice(0, -keptMax)) this.kept.delete(old);
    this.change(id, { phase: 'done', sent: upload.size, file_id: fileId });
    job.channel = null;
    void this.shelf.forget(id);
    job.settle(fileId);
    this.forgetOldest();
    const done = this.find(id);
    if (done) for (const heard of [...this.arrivalListeners]) heard(done);
    this.startNext();
  }

  private breakOff(id: string, error: unknown): void {
    const job = this.jobs.get(id);
    const upload = this.find(id);
    if (!job || !upload || upload.phase !== 'sending') return;
    if (!isPassing(error)) {
      this.refuse(id, error);
      return;
    }
    clearTimeout(job.timer);
    const pause = Math.min(retryMsMax, retryMs * 2 ** Math.min(job.retries, 6));
    job.retries += 1;
    this.change(id, { phase: 'broken', failure: error });
    job.timer = setTimeout(() => {
      if (this.find(id)?.phase !== 'broken') return;
      this.change(id, { phase: 'waiting', failure: null });
      this.startNext();
    }, pause);
    this.startNext();
  }

  private refuse(id: string, error: unknown): void {
    const job = this.jobs.get(id);
    if (!job) return;
    clearTimeout(job.timer);
    job.channel = null;
    this.change(id, { phase: 'failed', failure: error });
    job.fail(error);
    this.startNext();
  }

  /** What was refused once may be asked for again: its arrival is another one. */
  private renew(job: Job): void {
    job.arrival = new Promise<string>((resolve, reject) => {
      job.settle = resolve;
      job.fail = reject;
    });
    job.arrival.catch(() => undefined);
  }

  private halt(id: string): void {
    const job = this.jobs.get(id);
    clearTimeout(job?.timer);
    job?.channel?.stop();
  }

  private find(id: string): Upload | undefined {
    return this.current.find((one) => one.id === id);
  }

  private change(id: string, change: Partial<Upload>): void {
    this.set(this.current.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }

  private set(next: readonly Upload[]): void {
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  }
}
