/** The card of one call: who, why, who is already in; decline, audio only, answer. Esc does not decline. */
import { Phone, PhoneOff, Video } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '@/api';
import { Avatar, AvatarStack, FloatingCard, FloatingCardAct, FloatingCardActs } from '@/ui';
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
  const Answer = call.audio_only ? Phone : Video;
  const faces = people_in.map((one) => ({ id: one.name, name: one.name, src: one.avatar_url }));
  return (
    <FloatingCard
      fills
      label={t('incoming.label', { name: caller.name })}
      others={others > 0 ? t('incoming.more', { count: others }) : null}
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
      <FloatingCardActs>
        <FloatingCardAct
          look="danger"
          icon={<PhoneOff size={20} strokeWidth={1.75} />}
          word={t('incoming.decline')}
          onClick={() => onDecline()}
        />
        {call.audio_only ? null : (
          <FloatingCardAct
            icon={<Phone size={20} strokeWidth={1.75} />}
            word={t('incoming.audioOnly')}
            onClick={() => onAnswer('audio')}
          />
        )}
        <FloatingCardAct
          look="primary"
          icon={<Answer size={20} strokeWidth={1.75} />}
          word={t('incoming.answer')}
          onClick={() => onAnswer(call.audio_only ? 'audio' : 'video')}
        />
      </FloatingCardActs>
      <button type="button" className={styles.reply} onClick={() => onDecline(later)}>
        {t('incoming.reply', { words: later })}
      </button>
    </FloatingCard>
  );
}
