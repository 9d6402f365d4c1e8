/** A file of a message as it is drawn: from the office, or still on its way from here. */
import type { FileCard, FileGroup } from '@/api';
import { groupOf, thumbnailUrl, uploads, viewableOf } from '@/drive';
import type { Enclosure } from '../sync/outbox';

export type Shown = {
  key: string;
  name: string;
  size: number;
  group: FileGroup;
  width: number | null;
  height: number | null;
  duration_ms: number | null;
  /** A picture of it. */
  src: string | null;
  /** In the office; nothing while it is on its way. */
  card: FileCard | null;
  /** Under which its upload is asked about. */
  upload: string | null;
};

const addressesMax = 80;

/** Addresses of files chosen on this page, one for each; the oldest are given back. */
const addresses = new Map<Blob, string>();

export function addressOf(file: Blob): string {
  const known = addresses.get(file);
  if (known) return known;
  const address = URL.createObjectURL(file);
  addresses.set(file, address);
  for (const [old, gone] of [...addresses].slice(0, -addressesMax)) {
    addresses.delete(old);
    URL.revokeObjectURL(gone);
  }
  return address;
}

const isPicture = (group: FileGroup) => group === 'image';

export function shownCard(card: FileCard): Shown {
  const own = isPicture(card.group) ? uploads.keptFile(card.id) : undefined;
  const src = own ? addressOf(own) : card.has_thumbnail ? thumbnailUrl(card.id, 'large') : null;
  const { name, size, group, width, height, duration_ms } = card;
  return { key: card.id, name, size, group, width, height, duration_ms, src, card, upload: null };
}

export function shownEnclosure(one: Enclosure): Shown {
  const group = groupOf(one.name, one.media_type);
  const file = uploads.fileOf(one.upload);
  const src = file && isPicture(group) ? addressOf(file) : null;
  const { name, size, width, height, upload } = one;
  return { key: upload, name, size, group, width, height, duration_ms: null, src, card: null, upload };
}

/** Whether it is drawn as a picture among pictures: others are rows. */
export const isSeen = ({ group, src, card }: Shown): boolean =>
  card?.scan !== 'infected' &&
  ((group === 'image' && (src !== null || card?.scan === 'clean')) ||
    (group === 'video' && (src !== null || card !== null)));

export const toViewer = (files: readonly Shown[]) =>
  files.flatMap(({ card }) => (card ? viewableOf(card) : []));
