/** What has to be said now, in one pill above the stage; several become the newest with a count. */
import { BellRing, Headphones, MicOff, Volume2, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '../state';
import { useCall, useCallState } from './context';
import styles from './Lane.module.css';

export function Lane() {
  const notices = useCallState((state) => state.notices);
  const blocked = useCallState((state) => state.audioBlocked);
  const newest = notices[notices.length - 1];
  return (
    <div className={styles.lane} role="status">
      {blocked ? <SoundBlocked /> : null}
      {newest ? <NoticePill notice={newest} more={notices.length - 1} /> : null}
    </div>
  );
}

/** Browsers keep a page silent until somebody touches it. */
function SoundBlocked() {
  const call = useCall();
  const { t } = useTranslation('meetings');
  return (
    <Pill icon={<Volume2 size={16} strokeWidth={1.75} />} words={t('call.notice.audio_blocked')}>
      <button type="button" data-solid onClick={() => void call.startAudio()}>
        {t('call.notice.hear')}
      </button>
    </Pill>
  );
}

function NoticePill({ notice, more }: { notice: Notice; more: number }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const words = t(`call.notice.${notice.kind}`, {
    subject: notice.subject ?? '',
    device: notice.device ? t(`call.device.${notice.device}`).toLocaleLowerCase() : '',
  });
  const over = () => call.dismiss(notice.id);
  const act = useNoticeAct(notice);
  return (
    <Pill icon={iconOf(notice)} words={words} key={notice.id}>
      {more > 0 ? <span className={styles.count}>+{more}</span> : null}
      {act ? (
        <button
          type="button"
          data-solid
          onClick={() => {
            act.run();
            over();
          }}
        >
          {act.label}
        </button>
      ) : null}
      <button type="button" aria-label={t('call.notice.dismiss')} onClick={over}>
        <X size={14} strokeWidth={2} aria-hidden="true" />
      </button>
    </Pill>
  );
}

function useNoticeAct(notice: Notice): { label: string; run: () => void } | null {
  const call = useCall();
  const { t } = useTranslation('meetings');
  switch (notice.kind) {
    case 'asked_to_unmute':
    case 'talking_while_muted':
      return { label: t('call.control.unmute'), run: () => void call.toggleMicrophone() };
    case 'device_found': {
      const { device, subject } = notice;
      return device && subject
        ? { label: t('call.notice.use'), run: () => void call.switchToDevice(device, subject) }
        : null;
    }
    case 'media_failed':
    case 'media_stopped': {
      const again = notice.device === 'camera' ? call.toggleCamera : call.toggleMicrophone;
      return { label: t('prejoin.again'), run: () => void again() };
    }
    case 'media_refused':
    case 'media_missing':
    case 'muted_by_host':
    case 'camera_stopped_by_host':
    case 'share_stopped_by_host':
    case 'hand_lowered':
    case 'device_lost':
    case 'device_back':
    case 'device_failed':
    case 'call_declined':
    case 'became_host':
    case 'became_co_host':
    case 'act_failed':
      return null;
  }
}

function iconOf(notice: Notice): ReactNode {
  if (notice.device) return <Headphones size={16} strokeWidth={1.75} />;
  if (notice.kind === 'muted_by_host' || notice.kind === 'talking_while_muted')
    return <MicOff size={16} strokeWidth={1.75} />;
  return <BellRing size={16} strokeWidth={1.75} />;
}

function Pill({ icon, words, children }: { icon: ReactNode; words: string; children: ReactNode }) {
  return (
    <div className={styles.pill}>
      {icon}
      <span className={styles.words}>{words}</span>
      {children}
    </div>
  );
}
