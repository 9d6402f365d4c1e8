/** A file on its way to the office, as one plain value. */

/** Where its bytes are to be: a folder, a conversation they are sent to, or a file of which they are a new version. */
export type UploadPlace =
  | { space: string; folder: string | null }
  | { conversation: string }
  | { file: string };

/**
 * `waiting` for its turn, `preparing` (made smaller, its digest taken), `sending`, `paused` by the person,
 * `broken` off and tried again soon, `failed` for good until the person asks again, `done`.
 */
export type UploadPhase = 'waiting' | 'preparing' | 'sending' | 'paused' | 'broken' | 'failed' | 'done';

export type Upload = {
  id: string;
  name: string;
  size: number;
  media_type: string;
  place: UploadPlace;
  phase: UploadPhase;
  sent: number;
  /** The file in the office, once all of it is there. */
  file_id: string | null;
  failure: unknown;
};

export const isUnderway = ({ phase }: Upload): boolean => phase !== 'done' && phase !== 'failed';

/** How much of it is there, from 0 to 1. */
export const shareOf = ({ phase, sent, size }: Pick<Upload, 'phase' | 'sent' | 'size'>): number =>
  phase === 'done' ? 1 : size === 0 ? 0 : Math.min(1, sent / size);
