/** The lane above the stage: title and number, what has to be said, then time, own network, layout, full screen. */
import { Dropdown } from 'antd';
import { ChevronDown, LayoutGrid, Lock, Maximize, Minimize, ShieldCheck, SquareUser } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { duration, spacedNumber, useNow } from '@/lib';
import type { SelfView } from '../state';
import { useCall, useCallState } from './context';
import { useFullScreen } from './hooks';
import { Lane } from './Lane';
import { NetworkBars } from './NetworkBars';
import styles from './TopBar.module.css';

export const TopBar = memo(function TopBar({ phone }: { phone: boolean }) {
  const { t } = useTranslation('meetings');
  const meeting = useCallState((state) => state.meeting);
  const LockIcon = meeting.locked ? Lock : ShieldCheck;
  return (
    <header className={styles.bar} data-phone={phone || undefined}>
      <div className={styles.title}>
        <h1>{meeting.title}</h1>
        {phone ? <Elapsed /> : <span className={styles.number}>{spacedNumber(meeting.number)}</span>}
        {phone ? null : (
          <LockIcon
            className={styles.shield}
            size={16}
            strokeWidth={1.75}
            role="img"
            aria-label={t(meeting.locked ? 'call.locked' : 'call.secure')}
          />
        )}
      </div>
      {phone ? null : <Lane />}
      <div className={styles.right}>
        {phone ? null : <Elapsed />}
        <OwnNetwork />
        {phone ? null : <LayoutMenu />}
        {phone ? null : <FullScreenButton />}
      </div>
    </header>
  );
});

function Elapsed() {
  const now = useNow();
  const since = useCallState((state) => state.meeting.startedAt ?? state.joinedAt);
  return <time className={styles.elapsed}>{since === null ? '' : duration(now - since)}</time>;
}

function OwnNetwork() {
  const network = useCallState((state) => state.people[state.me]?.network ?? 'unknown');
  return (
    <span className={styles.network} data-network={network}>
      <NetworkBars network={network} size={16} />
    </span>
  );
}

export const SELF_VIEWS: readonly SelfView[] = ['auto', 'tile', 'float', 'hidden'];

function LayoutMenu() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const layout = useCallState((state) => state.layout);
  const selfView = useCallState((state) => state.selfView);
  const Icon = layout === 'grid' ? LayoutGrid : SquareUser;
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{
        selectable: true,
        multiple: true,
        selectedKeys: [layout, `self-${selfView}`],
        onClick: ({ key }) => {
          if (key === 'grid' || key === 'speaker') call.setLayout(key);
          const self = SELF_VIEWS.find((one) => `self-${one}` === key);
          if (self) call.setSelfView(self);
        },
        items: [
          { key: 'grid', label: t('call.layout.grid'), icon: <LayoutGrid size={16} strokeWidth={1.75} /> },
          {
            key: 'speaker',
            label: t('call.layout.speaker'),
            icon: <SquareUser size={16} strokeWidth={1.75} />,
          },
          { type: 'divider' },
          {
            type: 'group',
            label: t('call.self.title'),
            children: SELF_VIEWS.map((one) => ({ key: `self-${one}`, label: t(`call.self.${one}`) })),
          },
        ],
      }}
    >
      <button
        type="button"
        className={styles.button}
        aria-label={t('call.layout.now', { layout: t(`call.layout.${layout}`) })}
      >
        <Icon size={18} strokeWidth={1.75} aria-hidden="true" />
        <span className={styles.word}>{t(`call.layout.${layout}`)}</span>
        <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </Dropdown>
  );
}

function FullScreenButton() {
  const { t } = useTranslation('meetings');
  const { on, toggle, possible } = useFullScreen();
  if (!possible) return null;
  const label = t(on ? 'call.leaveFullScreen' : 'call.fullScreen');
  return (
    <button
      type="button"
      className={styles.button}
      aria-label={label}
      title={`${label} · F`}
      onClick={toggle}
    >
      {on ? <Minimize size={18} strokeWidth={1.75} /> : <Maximize size={18} strokeWidth={1.75} />}
    </button>
  );
}
