/** Files over the whole window, the lane at night: pictures, video, sound, PDF, text; others can be taken along. */
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { bytesWords, useEvent, useStore } from '@/lib';
import { IconButton } from '@/ui';
import { FileFace } from '../FileFace';
import { FileName } from '../FileName';
import { ImageStage } from './ImageStage';
import { opened } from './opened';
import { TextStage } from './TextStage';
import styles from './Viewer.module.css';
import type { Viewable } from './viewable';

const PdfStage = lazy(() => import('./PdfStage'));

/** The viewer of this page; draws nothing until something is opened. */
export function Viewer() {
  const shown = useStore(opened, (state) => state);
  if (!shown) return null;
  const file = shown.files[shown.at];
  return file
    ? createPortal(<Opened file={file} at={shown.at} count={shown.files.length} />, document.body)
    : null;
}

type Props = { file: Viewable; at: number; count: number };

function Opened({ file, at, count }: Props) {
  const { t } = useTranslation(['drive', 'ui']);
  const box = useRef<HTMLDivElement>(null);
  const close = () => opened.dispatch('close');
  const step = (by: number) => opened.dispatch({ step: by });
  useHeldFocus(box);
  const press = useEvent((event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const isPlaying = event.target instanceof HTMLMediaElement;
    if (event.key === 'Escape') close();
    else if (event.key === 'ArrowLeft' && !isPlaying) step(-1);
    else if (event.key === 'ArrowRight' && !isPlaying) step(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  // Before anything below it hears the key.
  useEffect(() => {
    window.addEventListener('keydown', press, true);
    return () => window.removeEventListener('keydown', press, true);
  }, [press]);
  return (
    <div
      ref={box}
      className={styles.viewer}
      role="dialog"
      aria-modal="true"
      aria-label={t('drive:viewer.label', { name: file.name })}
      tabIndex={-1}
      data-viewer
    >
      <header className={styles.bar}>
        <div className={styles.words}>
          <h2 className={styles.title}>
            <FileName name={file.name} />
          </h2>
          <p className={styles.detail}>
            {bytesWords(file.size)}
            {count > 1 ? ` · ${t('drive:viewer.place', { at: at + 1, count })}` : null}
          </p>
        </div>
        {file.download ? (
          <a
            className={styles.act}
            href={file.download}
            download={file.name}
            aria-label={t('drive:act.download')}
          >
            <Download size={18} strokeWidth={1.75} aria-hidden="true" />
          </a>
        ) : null}
        <IconButton className={styles.act} icon={X} label={t('ui:close')} onClick={close} />
      </header>
      <div className={styles.stage}>
        <Suspense fallback={null}>
          <Stage key={file.id} file={file} onStep={step} />
        </Suspense>
        {at > 0 ? (
          <IconButton
            className={styles.before}
            icon={ChevronLeft}
            size={22}
            label={t('drive:viewer.before')}
            onClick={() => step(-1)}
          />
        ) : null}
        {at < count - 1 ? (
          <IconButton
            className={styles.after}
            icon={ChevronRight}
            size={22}
            label={t('drive:viewer.after')}
            onClick={() => step(1)}
          />
        ) : null}
      </div>
    </div>
  );
}

/** Focus stays within while it is open, and goes back where it came from. */
function useHeldFocus(box: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus();
    const hold = (event: FocusEvent) => {
      const to = event.relatedTarget;
      const isOut = to instanceof Node && !box.current?.contains(to);
      // A call that comes in, or a toast, may be answered.
      if (isOut && !(to as Element).closest('[role="alertdialog"], [data-toast]')) box.current?.focus();
    };
    const held = box.current;
    held?.addEventListener('focusout', hold);
    return () => {
      held?.removeEventListener('focusout', hold);
      if (before instanceof HTMLElement) before.focus();
    };
  }, [box]);
}

function Stage({ file, onStep }: { file: Viewable; onStep: (by: number) => void }): ReactNode {
  if (file.scan !== 'clean') return <Nothing file={file} reason={file.scan} />;
  switch (file.group) {
    case 'image':
      return <ImageStage file={file} onStep={onStep} fallback={<Nothing file={file} />} />;
    case 'video':
      return (
        // biome-ignore lint/a11y/useMediaCaption: people film without captions
        <video className={styles.video} src={file.url} poster={file.poster ?? undefined} controls autoPlay />
      );
    case 'audio':
      return (
        <div className={styles.audio}>
          <FileFace kind="audio" size={96} />
          {/* biome-ignore lint/a11y/useMediaCaption: people speak without captions */}
          <audio src={file.url} controls autoPlay />
        </div>
      );
    case 'pdf':
      return <PdfStage file={file} />;
    case 'text':
    case 'code':
      return <TextStage file={file} />;
    default:
      return <Nothing file={file} />;
  }
}

/** What cannot be shown here. */
export function Nothing({ file, reason }: { file: Viewable; reason?: 'waiting' | 'infected' }) {
  const { t } = useTranslation('drive');
  return (
    <div className={styles.nothing}>
      <FileFace kind={file.group} size={96} />
      <p>{t(reason ? `viewer.${reason}` : 'viewer.none')}</p>
      {file.download && reason !== 'infected' ? (
        <a className={styles.download} href={file.download} download={file.name}>
          <Download size={16} strokeWidth={1.75} aria-hidden="true" />
          {t('viewer.download', { size: bytesWords(file.size) })}
        </a>
      ) : null}
    </div>
  );
}
