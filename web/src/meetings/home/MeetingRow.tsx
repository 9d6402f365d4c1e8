/** A planned or past meeting: when, what, who, and what can be done with it. */
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { App, Dropdown, type MenuProps } from 'antd';
import { CalendarX, ChevronDown, Copy, Ellipsis, Hash, Pencil, Share2, UserPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMaybeMe } from '@/api';
import { useActs } from '@/app';
import { clockTime, duration, spacedNumber, useNow } from '@/lib';
import { Avatar, IconButton, SoftButton, useCopy, useErrorWords, useToast } from '@/ui';
import { cancelMeeting, type Meeting, meetingsKey } from '../api';
import styles from './Home.module.css';
import { attendees } from './rules';

type Props = { meeting: Meeting; onEdit?: (meeting: Meeting) => void; onInvite?: (meeting: Meeting) => void };

export function MeetingRow({ meeting, onEdit, onInvite }: Props) {
  const { t, i18n } = useTranslation('meetings');
  const me = useMaybeMe();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const past = meeting.state === 'ended' || meeting.state === 'cancelled';
  const mine = me?.member.id === meeting.host.id;
  const starts = (past ? meeting.started_at : null) ?? meeting.starts_at ?? meeting.started_at;
  const lasted =
    meeting.started_at !== null && meeting.ended_at !== null ? meeting.ended_at - meeting.started_at : null;
  const length = useLength(meeting.duration_minutes ?? 0);
  const facts = [
    past ? (lasted === null ? null : t('home.lasted', { time: duration(lasted) })) : length,
    past ? t('home.came', { count: meeting.participants_count }) : spacedNumber(meeting.number),
    mine ? t('home.mine') : t('home.host', { name: meeting.host.name }),
  ].filter(Boolean);
  return (
    <li className={styles.item} data-past={past || undefined}>
      <div className={styles.row}>
        <time className={styles.time}>{starts === null ? '' : clockTime(starts, i18n.language)}</time>
        <div className={styles.what}>
          <b>{meeting.title}</b>
          <small>{meeting.state === 'cancelled' ? t('home.cancelled') : facts.join(' · ')}</small>
        </div>
        {past ? (
          <IconButton
            icon={ChevronDown}
            label={t('home.details')}
            aria-expanded={open}
            pressed={open || undefined}
            onClick={() => setOpen(!open)}
          />
        ) : (
          <>
            <Acts meeting={meeting} mine={mine} onEdit={onEdit} onInvite={onInvite} />
            <SoftButton onClick={() => router.history.push(`/m/${meeting.number}`)}>
              {t('home.go')}
            </SoftButton>
          </>
        )}
      </div>
      {open ? <Attendance meeting={meeting} /> : null}
    </li>
  );
}

/** `45 minutes`, `2 hours`, `1 h 30 min`. */
export function useLength(minutes: number): string {
  const { t } = useTranslation('meetings');
  if (minutes < 60) return t('home.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (minutes % 60 === 0) return t('home.wholeHours', { count: hours });
  return t('home.hours', { hours, minutes: minutes % 60 });
}

type ActsProps = Props & { mine: boolean };

function Acts({ meeting, mine, onEdit, onInvite }: ActsProps) {
  const { t } = useTranslation('meetings');
  const { modal } = App.useApp();
  const { share } = useActs();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const copyText = useCopy();
  const copy = async (text: string, said: string) => {
    if (await copyText(text)) toast({ words: said });
  };
  const cancel = () =>
    void modal.confirm({
      title: t('home.cancelTitle', { title: meeting.title }),
      content: t('home.cancelWords'),
      okText: t('home.cancelAct'),
      okButtonProps: { danger: true },
      cancelText: t('home.keep'),
      autoFocusButton: 'cancel',
      icon: null,
      centered: true,
      onOk: async () => {
        try {
          await cancelMeeting(meeting.id);
          await client.invalidateQueries({ queryKey: meetingsKey });
        } catch (error) {
          toast({ tone: 'failed', words: words(error) });
        }
      },
    });
  const icon = (Icon: typeof Copy) => <Icon size={16} strokeWidth={1.75} />;
  const items: NonNullable<MenuProps['items']> = [
    { key: 'invite', icon: icon(UserPlus), label: t('home.invite'), onClick: () => onInvite?.(meeting) },
    {
      key: 'link',
      icon: icon(Copy),
      label: t('home.copyLink'),
      onClick: () => void copy(meeting.link, t('home.linkCopied')),
    },
    {
      key: 'number',
      icon: icon(Hash),
      label: t('home.copyNumber'),
      onClick: () => void copy(meeting.number, t('home.numberCopied')),
    },
    {
      key: 'share',
      icon: icon(Share2),
      label: t('home.share'),
      onClick: () => void share({ kind: 'meetings.meeting', id: meeting.id, title: meeting.title }),
    },
    ...(mine
      ? [
          { type: 'divider' as const },
          { key: 'edit', icon: icon(Pencil), label: t('home.edit'), onClick: () => onEdit?.(meeting) },
          { key: 'cancel', icon: icon(CalendarX), label: t('home.cancel'), danger: true, onClick: cancel },
        ]
      : []),
  ];
  return (
    <Dropdown trigger={['click']} placement="bottomRight" menu={{ items }}>
      <IconButton icon={Ellipsis} label={t('home.acts', { title: meeting.title })} />
    </Dropdown>
  );
}

function Attendance({ meeting }: { meeting: Meeting }) {
  const { t, i18n } = useTranslation('meetings');
  const now = useNow(60_000);
  const people = attendees(meeting.attendance ?? [], now);
  const at = (ms: number) => clockTime(ms, i18n.language);
  if (people.length === 0) return <p className={styles.nobody}>{t('home.attendanceNone')}</p>;
  return (
    <ul className={styles.attendance} aria-label={t('home.attendance')}>
      {people.map((person) => (
        <li key={person.identity}>
          <Avatar id={person.identity} name={person.name} size={28} />
          <b>{person.name}</b>
          <small>
            {person.stays
              .map((stay) =>
                stay.left_at === null
                  ? t('home.stillIn', { from: at(stay.joined_at) })
                  : t('home.stay', { from: at(stay.joined_at), to: at(stay.left_at) }),
              )
              .join(t('call.chat.comma'))}
          </small>
          <time>{duration(person.totalMs)}</time>
        </li>
      ))}
    </ul>
  );
}
