/** Making a message urgent: whom it is for, from when on, how often whoever has not confirmed is asked again. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Checkbox, Input, Segmented, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Membership, Message } from '@/api';
import { Avatar, Field, Sheet, useErrorWords, useToast } from '@/ui';
import { plainText } from '../markdown/parse';
import { useName } from '../names';
import { MomentPicker } from '../scheduled/PickTime';
import { isTooSoon } from '../scheduled/times';
import { useChat, usePeople, usePerson, useSession } from '../session';
import { useOpen } from '../thread/context';
import { makeUrgent, repeats, sendUrgent, type UrgentPlan, urgentKey } from './api';
import styles from './Urgent.module.css';

/** A message that is there, or words that are not sent yet. */
export type UrgentSubject = { message: Message } | { text: string };

type Props = { subject: UrgentSubject | null; onSent?: () => void; onClose: () => void };

export function UrgentSheet({ subject, onSent, onClose }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={subject !== null} onClose={onClose} title={t('urgent.title')} width={560}>
      {subject ? <Form subject={subject} onSent={onSent} onClose={onClose} /> : null}
    </Sheet>
  );
}

type Whom = 'unread' | 'all' | 'some';

function Form({ subject, onSent, onClose }: { subject: UrgentSubject } & Omit<Props, 'subject'>) {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const client = useQueryClient();
  const { store } = useSession();
  const toast = useToast();
  const words = useErrorWords();
  const isDirect = conversation.kind === 'direct';
  const isNew = 'text' in subject;
  const [whom, setWhom] = useState<Whom>(isDirect || isNew ? 'all' : 'unread');
  const [some, setSome] = useState<ReadonlySet<string>>(new Set());
  const [at, setAt] = useState<number | null>(null);
  const [repeat, setRepeat] = useState<number>(0);
  const [busy, setBusy] = useState(false);
  const tooSoon = at !== null && isTooSoon(at, Date.now());
  const send = async () => {
    const plan: UrgentPlan = {
      to: whom === 'some' ? [...some] : whom,
      ...(at === null ? {} : { at }),
      ...(repeat === 0 ? {} : { repeat_minutes: repeat }),
    };
    setBusy(true);
    try {
      if (isNew) {
        const urgent = await sendUrgent(conversation.id, subject.text, plan);
        if (urgent.message) store.hear({ type: 'chat.message', message: urgent.message });
      } else await makeUrgent(subject.message.id, plan);
      void client.invalidateQueries({ queryKey: urgentKey });
      onSent?.();
      onClose();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  const options: Whom[] = isNew ? ['all', 'some'] : ['unread', 'all', 'some'];
  return (
    <>
      <blockquote className={styles.quote}>
        {plainText(isNew ? subject.text : subject.message.text) || t('urgent.this')}
      </blockquote>
      {isDirect ? null : (
        <>
          <Segmented<Whom>
            block
            aria-label={t('urgent.whom')}
            value={whom}
            options={options.map((value) => ({ value, label: t(`urgent.to.${value}`) }))}
            onChange={setWhom}
          />
          {whom === 'some' ? <Some chosen={some} onChoose={setSome} /> : null}
        </>
      )}
      <div className={styles.fields}>
        <Field label={t('urgent.at')} error={tooSoon ? t('scheduled.past') : undefined}>
          {({ id }) => (
            <div className={styles.when}>
              <Select
                value={at === null ? 'now' : 'later'}
                aria-label={t('urgent.at')}
                options={(['now', 'later'] as const).map((value) => ({ value, label: t(`urgent.${value}`) }))}
                onChange={(value) => setAt(value === 'now' ? null : Date.now() + 3_600_000)}
              />
              {at === null ? null : <MomentPicker id={id} value={at} onChange={setAt} />}
            </div>
          )}
        </Field>
        <Field label={t('urgent.repeat')}>
          {({ id }) => (
            <Select
              id={id}
              value={repeat}
              style={{ width: '100%' }}
              options={[0, ...repeats].map((count) => ({
                value: count,
                label: count === 0 ? t('urgent.once') : t('urgent.every', { count }),
              }))}
              onChange={setRepeat}
            />
          )}
        </Field>
      </div>
      <p className={styles.hint}>{t('urgent.hint')}</p>
      <Button
        type="primary"
        size="large"
        block
        loading={busy}
        disabled={tooSoon || (whom === 'some' && some.size === 0)}
        onClick={() => void send()}
      >
        {whom === 'some' && some.size > 0 ? t('urgent.actMany', { count: some.size }) : t('urgent.act')}
      </Button>
    </>
  );
}

const shownMax = 200;

function Some({
  chosen,
  onChoose,
}: {
  chosen: ReadonlySet<string>;
  onChoose: (chosen: ReadonlySet<string>) => void;
}) {
  const { t } = useTranslation('chat');
  const { conversation, me } = useOpen();
  const [typed, setTyped] = useState('');
  const members = useChat((state) => state.rosters[conversation.id]?.members ?? noMembers);
  const people = usePeople((all) => all);
  const wanted = typed.trim().toLocaleLowerCase();
  const fits = ({ member_id, nickname }: Membership) =>
    member_id !== me &&
    (!wanted || `${people[member_id]?.name ?? ''} ${nickname}`.toLocaleLowerCase().includes(wanted));
  const turn = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <>
      <Input
        className={styles.search}
        allowClear
        variant="filled"
        value={typed}
        placeholder={t('urgent.find')}
        aria-label={t('urgent.find')}
        onChange={(event) => setTyped(event.target.value)}
      />
      <ul className={styles.some} aria-label={t('urgent.to.some')}>
        {members
          .filter(fits)
          .slice(0, shownMax)
          .map(({ member_id }) => (
            <li key={member_id}>
              <Checkbox checked={chosen.has(member_id)} onChange={() => turn(member_id)}>
                <Who id={member_id} />
              </Checkbox>
            </li>
          ))}
      </ul>
    </>
  );
}

const noMembers: readonly Membership[] = [];

export function Who({ id }: { id: string }) {
  const name = useName(id);
  const person = usePerson(id);
  return (
    <span className={styles.person}>
      <Avatar id={id} name={name} src={person?.avatar_url} size={28} />
      <span>{name}</span>
    </span>
  );
}
