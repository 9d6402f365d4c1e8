/** A shared screen: a bar that says whose it is, then only the picture. One's own share is said, not shown again. */
import { Dropdown } from 'antd';
import { ChevronDown, Maximize, Presentation } from 'lucide-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Person } from '../state';
import { useCall, useCallState } from './context';
import { Picture } from './Picture';
import styles from './Stage.module.css';

export function ScreenTile({ person }: { person: Person }) {
  const { t } = useTranslation('meetings');
  const frozen = useCallState((state) => state.connection === 'resuming' || state.connection === 'rejoining');
  const [fit, setFit] = useState<'contain' | 'actual'>('contain');
  const area = useRef<HTMLDivElement>(null);
  if (person.me) return <MyShare />;
  return (
    <section
      className={styles.screen}
      aria-label={t('call.share.of', { name: person.name })}
      data-screen={person.identity}
    >
      <div className={styles.screenBar}>
        <Presentation size={16} strokeWidth={1.75} aria-hidden="true" />
        <span>{t('call.share.of', { name: person.name })}</span>
        <Dropdown
          trigger={['click']}
          menu={{
            selectable: true,
            selectedKeys: [fit],
            onClick: ({ key }) => setFit(key === 'actual' ? 'actual' : 'contain'),
            items: [
              { key: 'contain', label: t('call.share.fit') },
              { key: 'actual', label: t('call.share.actual') },
            ],
          }}
        >
          <button type="button">
            {t(fit === 'contain' ? 'call.share.fit' : 'call.share.actual')}
            <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
          </button>
        </Dropdown>
        <button
          type="button"
          aria-label={t('call.fullScreen')}
          onClick={() => void area.current?.requestFullscreen?.().catch(() => undefined)}
        >
          <Maximize size={16} strokeWidth={1.75} aria-hidden="true" />
        </button>
      </div>
      <div ref={area} className={styles.screenArea}>
        {person.screenTrack ? <Picture trackId={person.screenTrack} fit={fit} frozen={frozen} /> : null}
      </div>
    </section>
  );
}

/** Showing one's own screen again would be a hall of mirrors. */
function MyShare() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const hasAudio = useCallState((state) => state.shareHasAudio);
  return (
    <section className={styles.screen} aria-label={t('call.share.mine')}>
      <div className={styles.mine}>
        <Presentation size={32} strokeWidth={1.5} aria-hidden="true" />
        <span>{t('call.share.mine')}</span>
        <small>{t(hasAudio ? 'call.share.withSound' : 'call.share.withoutSound')}</small>
        <button type="button" className={styles.stop} onClick={() => void call.toggleShare()}>
          {t('call.control.stopShare')}
        </button>
      </div>
    </section>
  );
}
