/** Planning a meeting, or changing the plan. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, DatePicker, Input, Select, Switch, TimePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMaybeMe } from '@/api';
import { useSettled } from '@/lib';
import { Field, Sheet, useErrorWords } from '@/ui';
import { editMeeting, findMembers, type Meeting, meetingsKey, scheduleMeeting } from '../api';
import styles from './Home.module.css';
import { useLength } from './MeetingRow';
import { nextQuarter } from './rules';

const LENGTHS_MINUTES = [15, 30, 45, 60, 90, 120, 180] as const;
const TITLE_CHARS_MAX = 100;

type Props = {
  open: boolean;
  meeting: Meeting | null;
  onClose: () => void;
  onSaved: (meeting: Meeting) => void;
};

export function ScheduleSheet({ open, meeting, onClose, onSaved }: Props) {
  const { t } = useTranslation('meetings');
  return (
    <Sheet
      open={open}
      onClose={onClose}
      title={t(meeting ? 'schedule.editTitle' : 'schedule.title')}
      width={560}
    >
      <Plan meeting={meeting} onSaved={onSaved} />
    </Sheet>
  );
}

interface Draft {
  title: string;
  starts: Dayjs;
  minutes: number;
  people: { value: string; label: string }[];
  guests: boolean;
  mute: boolean;
}

function draftOf(meeting: Meeting | null): Draft {
  return {
    title: meeting?.title ?? '',
    starts: dayjs(meeting?.starts_at ?? nextQuarter(Date.now())),
    minutes: meeting?.duration_minutes ?? 60,
    people: (meeting?.invitees ?? []).map((one) => ({ value: one.id, label: one.name })),
    guests: meeting?.settings.guests_allowed ?? true,
    mute: meeting?.settings.mute_on_entry ?? false,
  };
}

function Plan({ meeting, onSaved }: Pick<Props, 'meeting' | 'onSaved'>) {
  const { t } = useTranslation('meetings');
  const me = useMaybeMe();
  const client = useQueryClient();
  const words = useErrorWords();
  const [draft, setDraft] = useState(() => draftOf(meeting));
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const change = (part: Partial<Draft>) => {
    setWrong(null);
    setDraft((before) => ({ ...before, ...part }));
  };
  const fallback = t('schedule.namePlaceholder', { name: me?.member.name ?? '' });
  const past = draft.starts.valueOf() < Date.now();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (past && !meeting) return setWrong(t('schedule.pastTime'));
    setBusy(true);
    const plan = {
      title: draft.title.trim() || fallback,
      starts_at: draft.starts.valueOf(),
      duration_minutes: draft.minutes,
      invitee_ids: draft.people.map((one) => one.value),
      settings: { guests_allowed: draft.guests, mute_on_entry: draft.mute },
    };
    try {
      const saved = meeting ? await editMeeting(meeting.id, plan) : await scheduleMeeting(plan);
      await client.invalidateQueries({ queryKey: meetingsKey });
      onSaved(saved);
    } catch (error) {
      setWrong(words(error));
      setBusy(false);
    }
  };
  return (
    <form className={styles.plan} onSubmit={(event) => void save(event)} noValidate>
      <Field label={t('schedule.name')}>
        {(props) => (
          <Input
            {...props}
            value={draft.title}
            maxLength={TITLE_CHARS_MAX}
            placeholder={fallback}
            autoFocus
            onChange={(event) => change({ title: event.target.value })}
          />
        )}
      </Field>
      <When draft={draft} onChange={change} wrong={wrong} />
      <Field label={t('schedule.people')}>
        {({ id }) => <PeopleSelect id={id} value={draft.people} onChange={(people) => change({ people })} />}
      </Field>
      <label className={styles.switch} htmlFor="plan-guests">
        {t('schedule.guests')}
        <Switch id="plan-guests" checked={draft.guests} onChange={(guests) => change({ guests })} />
      </label>
      <label className={styles.switch} htmlFor="plan-mute">
        {t('schedule.mute')}
        <Switch id="plan-mute" checked={draft.mute} onChange={(mute) => change({ mute })} />
      </label>
      <Button type="primary" size="large" htmlType="submit" block loading={busy}>
        {t(meeting ? 'schedule.saveChange' : 'schedule.save')}
      </Button>
    </form>
  );
}

type WhenProps = { draft: Draft; onChange: (part: Partial<Draft>) => void; wrong: string | null };

function When({ draft, onChange, wrong }: WhenProps) {
  const { t } = useTranslation('meetings');
  return (
    <div className={styles.when}>
      <Field label={t('schedule.day')}>
        {(props) => (
          <DatePicker
            id={props.id}
            value={draft.starts}
            allowClear={false}
            minDate={dayjs().startOf('day')}
            onChange={(day) => {
              const at = draft.starts;
              if (day) onChange({ starts: day.hour(at.hour()).minute(at.minute()).second(0).millisecond(0) });
            }}
          />
        )}
      </Field>
      <Field label={t('schedule.time')} error={wrong ?? undefined}>
        {(props) => (
          <TimePicker
            {...props}
            value={draft.starts}
            format="HH:mm"
            minuteStep={5}
            allowClear={false}
            needConfirm={false}
            onChange={(time) => {
              if (time) onChange({ starts: draft.starts.hour(time.hour()).minute(time.minute()) });
            }}
          />
        )}
      </Field>
      <Field label={t('schedule.length')}>
        {(props) => (
          <Select
            id={props.id}
            value={draft.minutes}
            onChange={(minutes: number) => onChange({ minutes })}
            options={LENGTHS_MINUTES.map((minutes) => ({
              value: minutes,
              label: <Length minutes={minutes} />,
            }))}
          />
        )}
      </Field>
    </div>
  );
}

function Length({ minutes }: { minutes: number }) {
  return <>{useLength(minutes)}</>;
}

type PeopleProps = { id: string; value: Draft['people']; onChange: (people: Draft['people']) => void };

const SETTLE_MS = 200;

function PeopleSelect({ id, value, onChange }: PeopleProps) {
  const { t } = useTranslation('meetings');
  const [words, setWords] = useState('');
  const [open, setOpen] = useState(false);
  const settled = useSettled(words.trim(), SETTLE_MS);
  const found = useQuery({ queryKey: ['org', 'find', settled], queryFn: () => findMembers(settled) });
  const me = useMaybeMe();
  return (
    <Select
      id={id}
      mode="multiple"
      labelInValue
      value={value}
      filterOption={false}
      placeholder={t('schedule.peoplePlaceholder')}
      notFoundContent={found.isFetching ? null : t('schedule.peopleNone')}
      open={open}
      onOpenChange={setOpen}
      onSearch={setWords}
      onChange={(people) => {
        setWords('');
        setOpen(false);
        onChange(people.map((one) => ({ value: one.value, label: String(one.label) })));
      }}
      options={(found.data ?? [])
        .filter((one) => one.id !== me?.member.id)
        .map((one) => ({ value: one.id, label: one.name }))}
    />
  );
}
