/** Meetings: start one, join one, plan one; what runs, what comes, what was. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { longDay, useNow } from '@/lib';
import { EmptyState, Failure, PageHeader, SkeletonRows } from '@/ui';
import { listQuery, type Meeting, pastQuery } from '../api';
import { Beginnings } from './Beginnings';
import styles from './Home.module.css';
import { InviteSheet } from './InviteSheet';
import { MeetingRow } from './MeetingRow';
import { MeetingSheet } from './MeetingSheet';
import { RunningCard } from './RunningCard';
import { byDay, dayWord } from './rules';
import { ScheduleSheet } from './ScheduleSheet';

const LOOK_AGAIN_MS = 30_000;

type Open = { what: 'schedule' } | { what: 'edit' | 'invite'; meeting: Meeting } | null;

export default function HomePage() {
  const { t } = useTranslation('meetings');
  const running = useQuery({ ...listQuery('running'), refetchInterval: LOOK_AGAIN_MS });
  const upcoming = useQuery(listQuery('upcoming'));
  const [open, setOpen] = useState<Open>(null);
  // Whoever is here is about to go into a meeting: its page is fetched before it is asked for.
  useEffect(() => void import('../join/JoinPage').catch(() => undefined), []);
  const close = () => setOpen(null);
  // A notice leads to one meeting of the list.
  const shown = (useSearch({ strict: false }) as { meeting?: string }).meeting ?? null;
  const navigate = useNavigate();
  const hide = () => void navigate({ to: '/meetings' as string, replace: true });
  const edit = (meeting: Meeting) => setOpen({ what: 'edit', meeting });
  const invite = (meeting: Meeting) => setOpen({ what: 'invite', meeting });
  const now = running.data ?? [];
  const next = (upcoming.data ?? []).filter((one) => one.state === 'scheduled' && one.kind !== 'personal');
  return (
    <>
      <PageHeader title={t('nav')} />
      <div className={styles.scroll}>
        <div className={styles.page}>
          <Beginnings
            quiet={now.length > 0}
            onSchedule={() => setOpen({ what: 'schedule' })}
            onInvite={invite}
          />
          {now.length > 0 ? (
            <section aria-labelledby="running">
              <h2 id="running">{t('home.running')}</h2>
              <div className={styles.running}>
                {now.map((meeting, index) => (
                  <RunningCard key={meeting.id} meeting={meeting} solid={index === 0} onInvite={invite} />
                ))}
              </div>
            </section>
          ) : null}
          <section aria-labelledby="upcoming">
            <h2 id="upcoming">{t('home.upcoming')}</h2>
            {upcoming.isPending ? <SkeletonRows rows={2} avatar={false} /> : null}
            {upcoming.error ? (
              <Failure error={upcoming.error} onRetry={() => void upcoming.refetch()} compact />
            ) : null}
            {upcoming.data && next.length === 0 ? (
              <EmptyState compact title={t('home.empty')} hint={t('home.emptyHint')} />
            ) : null}
            <Days meetings={next} at={(meeting) => meeting.starts_at ?? 0} onEdit={edit} onInvite={invite} />
          </section>
          <Past />
        </div>
      </div>
      <ScheduleSheet
        key={open?.what === 'edit' ? open.meeting.id : 'new'}
        open={open?.what === 'schedule' || open?.what === 'edit'}
        meeting={open?.what === 'edit' ? open.meeting : null}
        onClose={close}
        onSaved={(meeting) => setOpen(open?.what === 'edit' ? null : { what: 'invite', meeting })}
      />
      <InviteSheet meeting={open?.what === 'invite' ? open.meeting : null} onClose={close} />
      <MeetingSheet id={shown} onClose={hide} />
    </>
  );
}

function Past() {
  const { t } = useTranslation('meetings');
  const past = useInfiniteQuery(pastQuery);
  const meetings = past.data?.pages.flatMap((page) => page.meetings) ?? [];
  if (past.data && meetings.length === 0) return null;
  return (
    <section aria-labelledby="past">
      <h2 id="past">{t('home.past')}</h2>
      {past.isPending ? <SkeletonRows rows={3} avatar={false} /> : null}
      {past.error ? <Failure error={past.error} onRetry={() => void past.refetch()} compact /> : null}
      <Days meetings={meetings} at={(meeting) => meeting.started_at ?? meeting.starts_at ?? 0} />
      {past.hasNextPage ? (
        <Button type="text" loading={past.isFetchingNextPage} onClick={() => void past.fetchNextPage()}>
          {t('home.more')}
        </Button>
      ) : null}
    </section>
  );
}

type DaysProps = {
  meetings: readonly Meeting[];
  at: (meeting: Meeting) => number;
  onEdit?: (meeting: Meeting) => void;
  onInvite?: (meeting: Meeting) => void;
};

function Days({ meetings, at, onEdit, onInvite }: DaysProps) {
  const { t, i18n } = useTranslation('meetings');
  const now = useNow(60_000);
  return byDay(meetings, at).map(({ day, meetings: list }) => {
    const word = dayWord(day, now);
    const date = longDay(day, i18n.language);
    return (
      <div key={day} className={styles.day}>
        <h3>{word ? `${t(`home.${word}`)} · ${date}` : date}</h3>
        <ul>
          {list.map((meeting) => (
            <MeetingRow
              key={`${meeting.id}-${at(meeting)}`}
              meeting={meeting}
              onEdit={onEdit}
              onInvite={onInvite}
            />
          ))}
        </ul>
      </div>
    );
  });
}
