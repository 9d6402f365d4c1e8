/** One meeting: when, with whom, who has answered what, and the ways in. */
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { type Subject, subjectQuery } from '@/api';
import { useActs } from '@/app';
import { clockTime, longDay, useNarrow } from '@/lib';
import { Avatar, Failure, Sheet, SkeletonRows, Tag, type Tone } from '@/ui';
import { type Meeting, meetingQuery } from '../api';
import { WaysIn } from '../WaysIn';
import { useLength } from './MeetingRow';
import styles from './MeetingSheet.module.css';

type Props = { id: string | null; onClose: () => void };

export function MeetingSheet({ id, onClose }: Props) {
  const { t } = useTranslation('meetings');
  const router = useRouter();
  const narrow = useNarrow();
  const { share } = useActs();
  const { data: meeting, error, refetch } = useQuery({ ...meetingQuery(id ?? ''), enabled: id !== null });
  const isOpen = meeting?.state === 'scheduled' || meeting?.state === 'running';
  return (
    <Sheet
      open={id !== null}
      onClose={onClose}
      title={meeting?.title ?? t('nav')}
      footer={
        meeting && isOpen ? (
          <>
            <Button
              block={narrow}
              size={narrow ? 'large' : 'middle'}
              onClick={() => void share({ kind: 'meetings.meeting', id: meeting.id, title: meeting.title })}
            >
              {t('home.share')}
            </Button>
            <Button
              type="primary"
              block={narrow}
              size={narrow ? 'large' : 'middle'}
              onClick={() => router.history.push(`/m/${meeting.number}`)}
            >
              {t('home.go')}
            </Button>
          </>
        ) : null
      }
    >
      {error ? <Failure error={error} onRetry={() => void refetch()} compact /> : null}
      {!meeting && !error ? <SkeletonRows rows={4} height={44} avatar={false} /> : null}
      {meeting ? <Details meeting={meeting} isOpen={isOpen} /> : null}
    </Sheet>
  );
}

/** What the meeting is about, for those who may know. */
function About({ subject }: { subject: Subject }) {
  const { t } = useTranslation('meetings');
  const router = useRouter();
  const { data: card } = useQuery(subjectQuery(subject));
  if (!card) return null;
  return (
    <p className={styles.when}>
      {t('details.about')}
      <Button type="link" size="small" onClick={() => router.history.push(card.link)}>
        {card.title}
      </Button>
    </p>
  );
}

const tones: Record<string, Tone> = { accepted: 'success', declined: 'danger', waiting: 'plain' };

function Details({ meeting, isOpen }: { meeting: Meeting; isOpen: boolean }) {
  const { t, i18n } = useTranslation('meetings');
  const length = useLength(meeting.duration_minutes);
  const start = meeting.starts_at ?? meeting.started_at;
  const when =
    start === null ? '' : `${longDay(start, i18n.language)} ${clockTime(start, i18n.language)} · ${length}`;
  return (
    <div className={styles.details}>
      <p className={styles.when}>
        <time>{when}</time>
        {meeting.state === 'running' ? <Tag tone="primary">{t('home.running')}</Tag> : null}
        {meeting.state === 'cancelled' ? <Tag tone="danger">{t('home.cancelled')}</Tag> : null}
      </p>
      {meeting.about ? <About subject={meeting.about} /> : null}
      <ul className={styles.people}>
        <li>
          <Avatar id={meeting.host.id} name={meeting.host.name} src={meeting.host.avatar_url} size={28} />
          <span>{meeting.host.name}</span>
          <Tag tone="primary">{t('details.host')}</Tag>
        </li>
        {meeting.invitees
          .filter(({ id }) => id !== meeting.host.id)
          .map(({ id, name, avatar_url, response }) => (
            <li key={id}>
              <Avatar id={id} name={name} src={avatar_url} size={28} />
              <span>{name}</span>
              <Tag tone={tones[response] ?? 'plain'}>{t(`details.${response}`)}</Tag>
            </li>
          ))}
      </ul>
      {isOpen ? <WaysIn link={meeting.link} number={meeting.number} title={meeting.title} /> : null}
    </div>
  );
}
