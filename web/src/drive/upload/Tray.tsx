/** Files on their way into the drive, wherever one is by now: how far, pause, go on, give up. */
import { ChevronDown, ChevronUp, CircleAlert, CircleCheck, Pause, Play, RotateCw, X } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesWords } from '@/lib';
import { IconButton, useErrorWords } from '@/ui';
import { FileFace } from '../FileFace';
import { FileName } from '../FileName';
import { groupOf } from '../kinds';
import { uploads, useUploads } from './session';
import styles from './Tray.module.css';
import { isUnderway, shareOf, type Upload } from './upload';

const isShown = ({ place }: Upload) => !('conversation' in place);

export function Tray() {
  const { t } = useTranslation(['drive', 'ui']);
  const all = useUploads((list) => list.filter(isShown));
  const [isSmall, setSmall] = useState(false);
  if (all.length === 0) return null;
  const underway = all.filter(isUnderway);
  const failed = all.filter(({ phase }) => phase === 'failed').length;
  const title =
    underway.length > 0
      ? t('drive:tray.underway', { count: underway.length })
      : failed > 0
        ? t('drive:tray.failed', { count: failed })
        : t('drive:tray.done', { count: all.length });
  const total = underway.reduce((sum, one) => sum + one.size, 0);
  const sent = underway.reduce((sum, one) => sum + one.sent, 0);
  const close = () => {
    for (const { id } of all) uploads.cancel(id);
  };
  return (
    <section className={styles.tray} aria-label={t('drive:tray.name')}>
      <header className={styles.head}>
        <span className={styles.title} role="status">
          {title}
        </span>
        <IconButton
          icon={isSmall ? ChevronUp : ChevronDown}
          label={t(isSmall ? 'drive:tray.larger' : 'drive:tray.smaller')}
          onClick={() => setSmall(!isSmall)}
        />
        {underway.length === 0 ? <IconButton icon={X} label={t('ui:close')} onClick={close} /> : null}
      </header>
      {underway.length > 0 ? (
        <div className={styles.bar} aria-hidden="true">
          <i style={{ width: `${total > 0 ? (sent / total) * 100 : 0}%` }} />
        </div>
      ) : null}
      {isSmall ? null : (
        <ul className={styles.list}>
          {all.map((upload) => (
            <Row key={upload.id} upload={upload} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ upload }: { upload: Upload }) {
  const { t } = useTranslation(['drive', 'ui']);
  const { id, name, size, phase, sent, media_type } = upload;
  const share = shareOf(upload);
  return (
    <li className={styles.row}>
      <FileFace kind={groupOf(name, media_type)} size={32} />
      <span className={styles.words}>
        <FileName name={name} />
        <Facts upload={upload} />
        {isUnderway(upload) ? (
          <span
            className={styles.bar}
            role="progressbar"
            aria-label={name}
            aria-valuemin={0}
            aria-valuemax={100}
            aria-valuenow={Math.round(share * 100)}
            aria-valuetext={t('drive:tray.amount', { sent: bytesWords(sent), size: bytesWords(size) })}
          >
            <i style={{ width: `${share * 100}%` }} />
          </span>
        ) : null}
      </span>
      {phase === 'done' ? (
        <CircleCheck
          className={styles.done}
          size={18}
          strokeWidth={1.75}
          aria-label={t('drive:tray.isDone')}
        />
      ) : (
        <>
          {phase === 'failed' ? (
            <IconButton icon={RotateCw} size={16} label={t('ui:retry')} onClick={() => uploads.resume(id)} />
          ) : phase === 'paused' || phase === 'broken' ? (
            <IconButton
              icon={Play}
              size={16}
              label={t('drive:tray.resume')}
              onClick={() => uploads.resume(id)}
            />
          ) : (
            <IconButton
              icon={Pause}
              size={16}
              label={t('drive:tray.pause')}
              onClick={() => uploads.pause(id)}
            />
          )}
          <IconButton icon={X} size={16} label={t('drive:tray.cancel')} onClick={() => uploads.cancel(id)} />
        </>
      )}
    </li>
  );
}

function Facts({ upload: { phase, sent, size, failure } }: { upload: Upload }) {
  const { t } = useTranslation('drive');
  const words = useErrorWords();
  if (phase === 'failed')
    return (
      <small className={styles.failed}>
        <CircleAlert size={12} strokeWidth={2} aria-hidden="true" /> {words(failure)}
      </small>
    );
  const amount = t('tray.amount', { sent: bytesWords(sent), size: bytesWords(size) });
  return (
    <small>
      {phase === 'done' ? bytesWords(size) : phase === 'sending' ? amount : t(`tray.${phase}`, { amount })}
    </small>
  );
}
