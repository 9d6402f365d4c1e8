/** A call about the conversation: who is in, the way in; afterwards how long it was and who missed it. */
import { useRouter } from '@tanstack/react-router';
import { Phone, PhoneOff, Video } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { duration, useNarrow, useNow } from '@/lib';
import { AvatarStack, SoftButton } from '@/ui';
import { useNames } from '../names';
import { usePeople } from '../session';
import { useOpen } from '../thread/context';
import styles from './Card.module.css';

const namedMax = 5;

type CallMessage = Extract<Message, { kind: 'call' }>;

export function CallCard({ message }: { message: CallMessage }) {
  const { t } = useTranslation('chat');
  const router = useRouter();
  const now = useNow();
  const narrow = useNarrow();
  const { conversation } = useOpen();
  const data = message.data;
  const ids = data?.participants ?? [];
  const nameOf = useNames([...ids, ...(data?.missed ?? [])], conversation.id);
  const faces = usePeople((all) => ids.map((id) => all[id]?.avatar_url ?? null));
  if (!data) return null;
  const running = data.state === 'running';
  const Icon = data.audio_only ? Phone : Video;
  const people = ids.map((id, at) => ({ id, name: nameOf(id), src: faces[at] }));
  const missing = conversation.member_count - people.length;
  const missed = data.missed.slice(0, namedMax).map(nameOf).join(t('comma'));
  return (
    <div className={styles.card}>
      <header className={styles.state} data-live={running || undefined}>
        {running ? (
          <i className={styles.dot} aria-hidden="true" />
        ) : (
          <PhoneOff size={14} strokeWidth={1.75} aria-hidden="true" />
        )}
        {t(running ? 'call.running' : 'call.ended')}
        <time className={styles.aside}>{duration((data.ended_at ?? now) - data.started_at)}</time>
      </header>
      <p className={styles.title}>{data.title}</p>
      <footer className={styles.facts}>
        {people.length > 0 ? <AvatarStack people={people} size={26} max={narrow ? 3 : 4} /> : null}
        <span className={styles.words}>
          {running && missing > 0 && narrow
            ? t('call.missing', { count: missing })
            : t(running ? 'call.in' : 'call.were', { count: people.length })}
          {running && missing > 0 && !narrow ? t('call.notYet', { count: missing }) : null}
          {data.missed.length > 0 ? (
            <small>
              {t(data.missed.length > namedMax ? 'call.missedMany' : 'call.missed', {
                names: missed,
                count: data.missed.length,
              })}
            </small>
          ) : null}
        </span>
        {running ? (
          <SoftButton
            icon={<Icon size={16} strokeWidth={1.75} />}
            onClick={() =>
              router.history.push(`/m/${data.number}?join=${data.audio_only ? 'audio' : 'video'}`)
            }
          >
            {t('call.join')}
          </SoftButton>
        ) : null}
      </footer>
    </div>
  );
}
