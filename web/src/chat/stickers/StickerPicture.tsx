/** A sticker as it is drawn: it plays where it can and where nothing against movement is said. */
import { useTranslation } from 'react-i18next';
import type { FileCard } from '@/api';
import { contentUrl, FileFace, openViewer, thumbnailUrl, viewableOf } from '@/drive';
import { useMedia } from '@/lib';
import styles from './Stickers.module.css';

/** What may move. */
const moving = new Set(['image/gif', 'image/webp']);

export function StickerPicture({ file }: { file: FileCard }) {
  const { t } = useTranslation('chat');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  if (file.scan !== 'clean') return <FileFace kind={file.group} size={44} />;
  const isStill = still && moving.has(file.media_type) && file.has_thumbnail;
  return (
    <img
      src={isStill ? thumbnailUrl(file.id) : contentUrl(file.id)}
      alt={t('line.sticker')}
      loading="lazy"
      draggable={false}
    />
  );
}

/** A sticker that somebody has sent; pressed, it is shown large. */
export function StickerBody({ file }: { file: FileCard }) {
  const { t } = useTranslation('chat');
  return (
    <button
      type="button"
      className={styles.sent}
      tabIndex={-1}
      aria-label={t('files.open', { name: file.name })}
      onClick={() => openViewer([viewableOf(file)], 0)}
    >
      <StickerPicture file={file} />
    </button>
  );
}
