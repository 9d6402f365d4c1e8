/** The files of a message: pictures and film side by side, everything else as rows; what is on its way says how far. */
import { Download, Play, ShieldAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { FileCard, Message } from '@/api';
import { contentUrl, FileFace, FileName, openViewer, shareOf, useUpload } from '@/drive';
import { bytesWords, duration } from '@/lib';
import { Markdown } from '../markdown/Markdown';
import { useMentionNames } from '../names';
import { useOpen } from '../thread/context';
import styles from './FilesBody.module.css';
import { columnsOf, galleryMax, soloSize } from './gallery';
import { isSeen, type Shown, shownCard, toViewer } from './shown';

type FilesMessage = Extract<Message, { kind: 'files' }>;

/** The files and words of a message. */
export function FilesMessageBody({ message }: { message: FilesMessage }) {
  const { conversation } = useOpen();
  const names = useMentionNames(message.mentions, conversation);
  const files = (message.data?.files ?? []).map(shownCard);
  return (
    <>
      <FilesBody files={files} />
      {message.text ? (
        <div className={styles.caption} data-caption>
          <Markdown
            text={message.text}
            names={message.mentions.length > 0 || message.mentions_all ? names : undefined}
          />
        </div>
      ) : null}
    </>
  );
}

export function FilesBody({ files }: { files: readonly Shown[] }) {
  const seen = files.filter(isSeen);
  const rows = files.filter((one) => !isSeen(one));
  const inOffice = files.filter(({ card }) => card !== null);
  const open = (one: Shown) => {
    if (one.card) openViewer(toViewer(inOffice), inOffice.indexOf(one));
  };
  return (
    <>
      {seen.length > 0 ? <Gallery files={seen} onOpen={open} /> : null}
      {rows.map((one) => (
        <FileRow key={one.key} file={one} onOpen={() => open(one)} />
      ))}
    </>
  );
}

type GalleryProps = { files: readonly Shown[]; onOpen: (file: Shown) => void };

function Gallery({ files, onOpen }: GalleryProps) {
  const [only] = files;
  const isSolo = files.length === 1 && only;
  const more = files.length - galleryMax;
  const style = isSolo ? soloStyle(only) : { gridTemplateColumns: `repeat(${columnsOf(files.length)}, 1fr)` };
  return (
    <div className={styles.gallery} data-solo={isSolo ? true : undefined} style={style}>
      {files.slice(0, galleryMax).map((file, at) => (
        <Picture
          key={file.key}
          file={file}
          more={at === galleryMax - 1 && more > 0 ? more : 0}
          onOpen={() => onOpen(file)}
        />
      ))}
    </div>
  );
}

function soloStyle({ width, height }: Shown) {
  const size = soloSize(width, height);
  return { width: size.width, aspectRatio: `${size.width} / ${size.height}` };
}

function Picture({ file, more, onOpen }: { file: Shown; more: number; onOpen: () => void }) {
  const { t } = useTranslation('chat');
  const [isBroken, setBroken] = useState(false);
  const isVideo = file.group === 'video';
  return (
    <button
      type="button"
      className={styles.picture}
      tabIndex={-1}
      aria-label={t('files.open', { name: file.name })}
      onClick={onOpen}
    >
      {file.src && !isBroken ? (
        <img
          src={file.src}
          alt={file.name}
          loading="lazy"
          draggable={false}
          onError={() => setBroken(true)}
        />
      ) : (
        <FileFace kind={file.group} size={44} />
      )}
      {isVideo ? (
        <span className={styles.play}>
          <Play size={20} strokeWidth={2} aria-hidden="true" />
        </span>
      ) : null}
      {isVideo && file.duration_ms ? (
        <span className={styles.plate}>{duration(file.duration_ms)}</span>
      ) : null}
      {more > 0 ? <span className={styles.more}>+{more}</span> : null}
      {file.upload ? <Ring upload={file.upload} /> : null}
    </button>
  );
}

const ringRadius = 16;
const ringLength = 2 * Math.PI * ringRadius;

/** How far a file has come, as a ring over its picture. */
function Ring({ upload: id }: { upload: string }) {
  const { t } = useTranslation('chat');
  const upload = useUpload(id);
  if (!upload || upload.phase === 'done') return null;
  const share = shareOf(upload);
  return (
    <span
      className={styles.ring}
      role="progressbar"
      aria-label={t('files.sending', { name: upload.name })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
    >
      <svg width="40" height="40" viewBox="0 0 40 40" aria-hidden="true">
        <circle cx="20" cy="20" r={ringRadius} className={styles.track} />
        <circle
          cx="20"
          cy="20"
          r={ringRadius}
          className={styles.arc}
          strokeDasharray={`${share * ringLength} ${ringLength}`}
        />
      </svg>
    </span>
  );
}

function FileRow({ file, onOpen }: { file: Shown; onOpen: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <div className={styles.row}>
      <button
        type="button"
        className={styles.file}
        tabIndex={-1}
        aria-label={t('files.open', { name: file.name })}
        onClick={onOpen}
      >
        <FileFace kind={file.group} size={40} />
        <span className={styles.words}>
          <span className={styles.name}>
            <FileName name={file.name} />
          </span>
          <span className={styles.facts}>
            {file.upload ? <Amount upload={file.upload} size={file.size} /> : bytesWords(file.size)}
            {file.duration_ms ? ` · ${duration(file.duration_ms)}` : null}
            {file.card ? <Scan card={file.card} /> : null}
          </span>
        </span>
      </button>
      {file.card && file.card.scan !== 'infected' ? (
        <a
          className={styles.take}
          href={contentUrl(file.card.id, { download: true })}
          download={file.name}
          tabIndex={-1}
          aria-label={t('files.download', { name: file.name })}
        >
          <Download size={18} strokeWidth={1.75} aria-hidden="true" />
        </a>
      ) : null}
      {file.upload ? <Bar upload={file.upload} /> : null}
    </div>
  );
}

function Scan({ card }: { card: FileCard }) {
  const { t } = useTranslation('chat');
  if (card.scan === 'clean') return null;
  if (card.scan === 'waiting') return ` · ${t('files.scanning')}`;
  return (
    <span className={styles.infected}>
      {' · '}
      <ShieldAlert size={12} strokeWidth={2} aria-hidden="true" /> {t('files.infected')}
    </span>
  );
}

function Amount({ upload: id, size }: { upload: string; size: number }) {
  const upload = useUpload(id);
  if (!upload || upload.phase === 'done') return bytesWords(size);
  return `${bytesWords(upload.sent)} / ${bytesWords(upload.size)}`;
}

function Bar({ upload: id }: { upload: string }) {
  const { t } = useTranslation('chat');
  const upload = useUpload(id);
  if (!upload || upload.phase === 'done' || upload.phase === 'failed') return null;
  const share = Math.round(shareOf(upload) * 100);
  return (
    <span
      className={styles.bar}
      role="progressbar"
      aria-label={t('files.sending', { name: upload.name })}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share}
    >
      <i style={{ width: `${share}%` }} />
    </span>
  );
}
