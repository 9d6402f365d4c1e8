/** A file as the viewer shows it, wherever it comes from. */
import type { FileCard } from '@/api';
import { contentUrl, thumbnailUrl } from '../api';

export type Viewable = Pick<FileCard, 'id' | 'name' | 'size' | 'group' | 'media_type' | 'scan'> & {
  url: string;
  download: string;
  /** A picture that is smaller to fetch, and that every browser can draw. */
  poster: string | null;
};

export const viewableOf = (file: FileCard): Viewable => ({
  id: file.id,
  name: file.name,
  size: file.size,
  group: file.group,
  media_type: file.media_type,
  scan: file.scan,
  url: contentUrl(file.id),
  download: contentUrl(file.id, { download: true }),
  poster: file.has_thumbnail ? thumbnailUrl(file.id, 'large') : null,
});

/** What a browser draws by itself; other pictures are shown as the office has drawn them. */
const drawable = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif', 'image/bmp']);

export const isDrawable = ({ media_type }: Pick<Viewable, 'media_type'>): boolean => drawable.has(media_type);
