/** The four ways to begin: now, by number, later, in one's own room. */
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { CalendarPlus, DoorOpen, Hash, type LucideIcon, Video } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { spacedNumber } from '@/lib';
import { Sheet, useErrorWords, useToast } from '@/ui';
import { type Meeting, personalQuery, startMeeting } from '../api';
import { NumberForm } from '../join/NumberForm';
import styles from './Home.module.css';

type Props = { quiet: boolean; onSchedule: () => void; onInvite: (meeting: Meeting) => void };

export function Beginnings({ quiet, onSchedule }: Props) {
  const { t } = useTranslation('meetings');
  const router = useRouter();
  const toast = useToast();
  const words = useErrorWords();
  const personal = useQuery(personalQuery);
  const [busy, setBusy] = useState(false);
  const [joining, setJoining] = useState(false);
  const start = async () => {
    setBusy(true);
    try {
      const meeting = await startMeeting();
      router.history.push(`/m/${meeting.number}`);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  const number = personal.data?.number;
  return (
    <div className={styles.beginnings}>
      <Beginning
        icon={Video}
        look={quiet ? 'soft' : 'solid'}
        word={t(busy ? 'home.starting' : 'home.start')}
        disabled={busy}
        onClick={() => void start()}
      />
      <Beginning icon={Hash} word={t('home.join')} onClick={() => setJoining(true)} />
      <Beginning icon={CalendarPlus} word={t('home.schedule')} onClick={onSchedule} />
      <Beginning
        icon={DoorOpen}
        word={t('home.personal')}
        detail={number ? spacedNumber(number) : undefined}
        disabled={!number}
        onClick={() => router.history.push(`/m/${number}`)}
      />
      <Sheet open={joining} onClose={() => setJoining(false)} title={t('home.join')}>
        <NumberForm />
      </Sheet>
    </div>
  );
}

type BeginningProps = {
  icon: LucideIcon;
  word: string;
  detail?: string;
  look?: 'plain' | 'soft' | 'solid';
  disabled?: boolean;
  onClick: () => void;
};

function Beginning({ icon: Icon, word, detail, look = 'plain', disabled, onClick }: BeginningProps) {
  return (
    <button type="button" className={styles.beginning} data-look={look} disabled={disabled} onClick={onClick}>
      <Icon size={22} strokeWidth={1.75} aria-hidden="true" />
      <span>
        <b>{word}</b>
        {detail ? <small>{detail}</small> : null}
      </span>
    </button>
  );
}
