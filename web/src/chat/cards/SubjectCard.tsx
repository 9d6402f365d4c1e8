/** A thing of the office that a message carries: a meeting with its way in, a folder, a group. Each reader sees what is
 * theirs to see. */
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { CalendarClock, CircleSlash, LockKeyhole, Shapes, UsersRound, Video } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { type SubjectCard as Card, type Message, subjectQuery } from '@/api';
import { FileFace } from '@/drive';
import { clockTime, duration, longDay, useNow } from '@/lib';
import { SoftButton } from '@/ui';
import faces from '../enclosed/Cards.module.css';
import styles from './Card.module.css';

/** How often a meeting that may begin or end is looked at, where nobody tells of it. */
const lookAgainMs = 30_000;

type SubjectMessage = Extract<Message, { kind: 'subject' }>;
type Subject = NonNullable<SubjectMessage['data']>;

const isChanging = (subject: Subject, card: Card | null | undefined) =>
  subject.kind === 'meetings.meeting' && (card?.state === 'scheduled' || card?.state === 'running');

export function SubjectCard({ subject }: { subject: Subject }) {
  const { t } = useTranslation('chat');
  const { data: card, isError } = useQuery({
    ...subjectQuery(subject),
    refetchInterval: (query) => (isChanging(subject, query.state.data) ? lookAgainMs : false),
  });
  if (card === undefined)
    return <Facts face={<Square icon={Shapes} />} title={isError ? t('subject.away') : '…'} />;
  if (card === null)
    return (
      <Facts
        face={<Square icon={LockKeyhole} />}
        title={t('subject.none')}
        detail={t('subject.noneDetail')}
      />
    );
  switch (subject.kind) {
    case 'meetings.meeting':
      return <MeetingCard card={card} />;
    case 'chat.conversation':
      return (
        <Facts
          face={<Square icon={UsersRound} />}
          title={card.title}
          detail={t('subject.people', { count: card.people_count })}
          to={card.link}
        />
      );
    case 'drive.entry':
      return (
        <Facts
          face={<FileFace kind={kindOfFile(card.state)} size={44} src={card.picture} />}
          title={card.title}
          detail={t(card.state === 'folder' ? 'subject.folder' : 'subject.file')}
          to={card.link}
        />
      );
    default:
      return <Facts face={<Square icon={Shapes} />} title={card.title} to={card.link} />;
  }
}

type FileKind = Parameters<typeof FileFace>[0]['kind'];
const fileKinds: FileKind[] = [
  'folder',
  'image',
  'video',
  'audio',
  'pdf',
  'text',
  'code',
  'archive',
  'office',
];
const kindOfFile = (state: string): FileKind => fileKinds.find((kind) => kind === state) ?? 'other';

function Square({ icon: Icon }: { icon: typeof Shapes }) {
  return (
    <span className={faces.pin} aria-hidden="true">
      <Icon size={20} strokeWidth={1.75} />
    </span>
  );
}

type FactsProps = { face: ReactNode; title: string; detail?: string; to?: string };

function Facts({ face, title, detail, to }: FactsProps) {
  const { t } = useTranslation('chat');
  const router = useRouter();
  return (
    <div className={faces.card}>
      {face}
      <span className={faces.words}>
        <span className={faces.title}>{title}</span>
        {detail ? <span className={faces.detail}>{detail}</span> : null}
      </span>
      {to ? (
        <SoftButton
          tabIndex={-1}
          aria-label={t('subject.openOf', { title })}
          onClick={() => router.history.push(to)}
        >
          {t('subject.open')}
        </SoftButton>
      ) : null}
    </div>
  );
}

const stateWords = {
  scheduled: 'subject.upcoming',
  running: 'call.running',
  ended: 'call.ended',
  cancelled: 'subject.cancelled',
} as const;

function MeetingCard({ card }: { card: Card }) {
  const { t, i18n } = useTranslation('chat');
  const router = useRouter();
  const now = useNow();
  const state = card.state in stateWords ? (card.state as keyof typeof stateWords) : 'ended';
  const isRunning = state === 'running';
  const Icon = state === 'scheduled' ? CalendarClock : CircleSlash;
  const lasted = card.starts_at === null ? null : duration((card.ended_at ?? now) - card.starts_at);
  const when =
    card.starts_at === null
      ? null
      : `${longDay(card.starts_at, i18n.language)} ${clockTime(card.starts_at, i18n.language)}`;
  return (
    <div className={styles.card}>
      <header className={styles.state} data-live={isRunning || undefined}>
        {isRunning ? (
          <i className={styles.dot} aria-hidden="true" />
        ) : (
          <Icon size={14} strokeWidth={1.75} aria-hidden="true" />
        )}
        {t(stateWords[state])}
        {isRunning || (state === 'ended' && card.ended_at !== null) ? (
          <time className={styles.aside}>{lasted}</time>
        ) : null}
      </header>
      <p className={styles.title}>{card.title}</p>
      <footer className={styles.facts}>
        <span className={styles.words}>
          {isRunning ? t('call.in', { count: card.people_count }) : (when ?? t('subject.anyTime'))}
        </span>
        {isRunning || state === 'scheduled' ? (
          <SoftButton
            tabIndex={-1}
            icon={<Video size={16} strokeWidth={1.75} />}
            onClick={() => router.history.push(card.link)}
          >
            {t('call.join')}
          </SoftButton>
        ) : null}
      </footer>
    </div>
  );
}
