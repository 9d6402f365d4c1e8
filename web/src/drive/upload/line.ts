/** What the engine asks of whatever carries bytes. The page speaks tus; tests carry them in memory. */
import type { UploadPlace } from './upload';

export type Parcel = {
  file: File;
  place: UploadPlace;
  /** Hexadecimal; the office may know these bytes already. */
  sha256: string | null;
};

export type Told = {
  sent: (bytes: number) => void;
  done: (fileId: string) => void;
  /** Broken off, or refused; the same channel can be started again. */
  failed: (error: unknown) => void;
};

/** The way of one file. It goes on where it was stopped. */
export interface Channel {
  start(): void;
  stop(): void;
  /** Stops, and tells the office that the rest will not come. */
  drop(): void;
}

export interface Line {
  open(parcel: Parcel, told: Told): Channel;
}
