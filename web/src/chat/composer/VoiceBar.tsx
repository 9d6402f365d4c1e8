/** While one speaks: how long, how loud, stop or throw away; then it can be heard before it is sent. */
import { SendHorizontal, Square, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { duration, useEvent, useStore } from '@/lib';
import { IconButton } from '@/ui';
import { addressOf } from '../enclosed/shown';
import { VoicePlayer } from '../enclosed/VoiceBody';
import { Waveform } from '../enclosed/Waveform';
import composer from './Composer.module.css';
import type { Recorder, Voice } from './recorder';
import styles from './VoiceBar.module.css';

type Props = { recorder: Recorder; onSend: (voice: Voice) => void };

export function VoiceBar({ recorder, onSend }: Props) {
  const { t } = useTranslation('chat');
  const recording = useStore(recorder, (state) => state);
  const box = useRef<HTMLElement>(null);
  /** Sending while one still speaks ends it first. */
  const isWanted = useRef(false);
  const send = useEvent((voice: Voice) => {
    recorder.cancel();
    onSend(voice);
  });
  useEffect(() => {
    if (recording.phase === 'said' && isWanted.current) {
      isWanted.current = false;
      send(recording.voice);
    }
  }, [recording, send]);
  useEffect(() => box.current?.focus(), []);
  const finish = () => {
    if (recording.phase === 'said') send(recording.voice);
    else {
      isWanted.current = true;
      recorder.stop();
    }
  };
  const content = () => {
    switch (recording.phase) {
      case 'refused':
        return <p className={styles.refused}>{t('voice.refused')}</p>;
      case 'said':
        return (
          <VoicePlayer
            src={addressOf(recording.voice.file)}
            lengthMs={recording.voice.duration_ms}
            bars={recording.voice.waveform}
          />
        );
      case 'speaking':
        return (
          <>
            <i className={styles.dot} aria-hidden="true" />
            <span className={styles.time} role="timer">
              {duration(recording.ms)}
            </span>
            <span className={styles.wave}>
              <Waveform bars={recording.levels.map((level) => level * 255)} share={1} />
            </span>
            <IconButton icon={Square} size={16} label={t('voice.stop')} onClick={recorder.stop} />
          </>
        );
      default:
        return <p className={styles.refused}>{t('voice.asking')}</p>;
    }
  };
  const isReady = recording.phase === 'speaking' || recording.phase === 'said';
  return (
    <section
      ref={box}
      className={styles.bar}
      aria-label={t('voice.name')}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          recorder.cancel();
        } else if (event.key === 'Enter' && event.target === event.currentTarget && isReady) {
          event.preventDefault();
          finish();
        }
      }}
    >
      <IconButton icon={Trash2} tone="danger" label={t('voice.cancel')} onClick={recorder.cancel} />
      <span className={styles.middle}>{content()}</span>
      <button
        type="button"
        className={composer.send}
        aria-label={t('voice.send')}
        disabled={!isReady}
        onClick={finish}
      >
        <SendHorizontal size={18} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </section>
  );
}
