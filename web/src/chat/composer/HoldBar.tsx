/** While a finger rests on the microphone: how long, how loud, and what lifting it will do. */
import { ChevronsUp, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { duration, useStore } from '@/lib';
import { Waveform } from '../enclosed/Waveform';
import type { Held } from './hold';
import type { Recorder } from './recorder';
import styles from './VoiceBar.module.css';

export function HoldBar({ recorder, held }: { recorder: Recorder; held: NonNullable<Held> }) {
  const { t } = useTranslation('chat');
  const recording = useStore(recorder, (state) => state);
  const isAway = held === 'away';
  const Icon = isAway ? Trash2 : ChevronsUp;
  return (
    <section className={styles.bar} data-away={isAway || undefined} aria-label={t('voice.name')}>
      <span className={styles.middle}>
        {recording.phase === 'speaking' ? (
          <>
            <i className={styles.dot} aria-hidden="true" />
            <span className={styles.time} role="timer">
              {duration(recording.ms)}
            </span>
            <span className={styles.wave}>
              <Waveform bars={recording.levels.map((level) => level * 255)} share={1} />
            </span>
          </>
        ) : (
          <span className={styles.refused}>
            {t(recording.phase === 'refused' ? 'voice.refused' : 'voice.asking')}
          </span>
        )}
      </span>
      <span className={styles.way} role="status">
        <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
        {t(isAway ? 'voice.liftToDrop' : 'voice.liftToSend')}
      </span>
    </section>
  );
}
