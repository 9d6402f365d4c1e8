/** The card of one call: who, why, who is already in; decline, audio only, answer. Esc does not decline. */
import { Phone, PhoneOff, Video } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api';
import { Avatar, AvatarStack } from '@/ui';
import styles from './IncomingCard.module.css';

type Props = {
  call: Call;
  others: number;
  onAnswer: (how: 'video' | 'audio') => void;
  onDecline: (message?: string) => void;
};

export function IncomingCard({ call, others, onAnswer, onDecline }: Props) {
  const { t } = useTranslation('meetings');
  const { caller, meeting, people_in } = call;
  const later = t('incoming.later');
  const faces = people_in.map((one) => ({ id: one.name, name: one.name, src: one.avatar_url }));
  return (
    <div className={styles.place}>
      <section
        className={styles.card}
        role="alertdialog"
        aria-label={t('incoming.label', { name: caller.name })}
      >
        <div className={styles.who}>
          <span className={styles.ring}>
            <Avatar id={caller.id} name={caller.name} src={caller.avatar_url} size={56} />
          </span>
          <div>
            <h2>{caller.name}</h2>
            <p>{t(call.audio_only ? 'incoming.audio' : 'incoming.video')}</p>
          </div>
        </div>
        <div className={styles.meeting}>
          <Video size={16} strokeWidth={1.75} aria-hidden="true" />
          <b>{meeting.title}</b>
          {faces.length > 0 ? (
            <>
              <AvatarStack people={faces} size={24} max={3} />
              <span className="visually-hidden">{t('incoming.in', { count: faces.length })}</span>
            </>
          ) : null}
        </div>
        <div className={styles.acts}>
          <Act look="decline" icon={PhoneOff} word={t('incoming.decline')} onClick={() => onDecline()} />
          {call.audio_only ? null : (
            <Act look="audio" icon={Phone} word={t('incoming.audioOnly')} onClick={() => onAnswer('audio')} />
          )}
          <Act
            look="answer"
            icon={call.audio_only ? Phone : Video}
            word={t('incoming.answer')}
            onClick={() => onAnswer(call.audio_only ? 'audio' : 'video')}
          />
        </div>
        <button type="button" className={styles.reply} onClick={() => onDecline(later)}>
          {t('incoming.reply', { words: later })}
        </button>
        {others > 0 ? <p className={styles.others}>{t('incoming.more', { count: others })}</p> : null}
      </section>
    </div>
  );
}

type ActProps = {
  look: 'decline' | 'audio' | 'answer';
  icon: typeof Phone;
  word: string;
  onClick: () => void;
};

function Act({ look, icon: Icon, word, onClick }: ActProps) {
  return (
    <button type="button" className={styles.act} data-look={look} onClick={onClick}>
      <span className={styles.icon}>
        <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
      </span>
      {word}
    </button>
  );
}
