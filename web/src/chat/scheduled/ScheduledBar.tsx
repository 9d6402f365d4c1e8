/** Above the field: what will be sent here later, and what could not be. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronUp, CircleAlert, Clock, Pencil, SendHorizontal, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Scheduled, useServerEvent } from '@/api';
import { clockTime, daysAway, longDay, useNow } from '@/lib';
import { IconButton, useErrorWords, useToast } from '@/ui';
import { plainText } from '../markdown/parse';
import { useSession } from '../session';
import { useOpen } from '../thread/context';
import { dropScheduled, schedule, scheduledQuery, sendScheduled } from './api';
import styles from './ScheduledBar.module.css';
import { ScheduledSheet } from './ScheduledSheet';

/** What waits to be sent in the open conversation, the next one first. */
function useScheduled(): Scheduled[] {
  const { conversation } = useOpen();
  const client = useQueryClient();
  const { data } = useQuery(scheduledQuery);
  // What is sent at its time comes as a message of one’s own.
  useServerEvent('chat.message', ({ message }) => {
    if (
      message.conversation_id === conversation.id &&
      data?.some((one) => one.send_at <= Date.now() + 60_000)
    )
      void client.invalidateQueries(scheduledQuery);
  });
  useServerEvent('notify.new', ({ notice }) => {
    if (notice.kind === 'chat.not_sent') void client.invalidateQueries(scheduledQuery);
  });
  return (data ?? [])
    .filter((one) => one.conversation_id === conversation.id)
    .sort((one, other) => one.send_at - other.send_at);
}

export function useWhen(): (at: number) => string {
  const { t, i18n } = useTranslation('chat');
  const now = useNow(60_000);
  return (at) => {
    const away = daysAway(at, now);
    const day =
      away === 0
        ? t('scheduled.today')
        : away === 1
          ? t('scheduled.tomorrowDay')
          : longDay(at, i18n.language);
    return `${day} ${clockTime(at, i18n.language)}`;
  };
}

export function ScheduledBar() {
  const { t } = useTranslation('chat');
  const all = useScheduled();
  const [open, setOpen] = useState(false);
  const when = useWhen();
  const [first] = all;
  if (!first) return null;
  const failed = all.filter((one) => one.failed).length;
  return (
    <section className={styles.bar} aria-label={t('scheduled.title')}>
      <button
        type="button"
        className={styles.head}
        aria-expanded={open}
        data-failed={failed > 0 || undefined}
        onClick={() => setOpen(!open)}
      >
        {failed > 0 ? (
          <CircleAlert size={14} strokeWidth={1.75} aria-hidden="true" />
        ) : (
          <Clock size={14} strokeWidth={1.75} aria-hidden="true" />
        )}
        <span>
          {failed > 0
            ? t('scheduled.failed', { count: failed })
            : t('scheduled.count', { count: all.length, when: when(first.send_at) })}
        </span>
        {open ? (
          <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
        ) : (
          <ChevronUp size={14} strokeWidth={1.75} aria-hidden="true" />
        )}
      </button>
      {open ? (
        <ul className={styles.list}>
          {all.map((one) => (
            <Row key={one.id} one={one} when={when(one.send_at)} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Row({ one, when }: { one: Scheduled; when: string }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [editing, setEditing] = useState(false);
  const forget = () =>
    client.setQueryData(scheduledQuery.queryKey, (all) => all?.filter(({ id }) => id !== one.id));
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    await client.invalidateQueries(scheduledQuery);
  };
  const send = () =>
    attempt(async () => {
      forget();
      const message = await sendScheduled(one.id);
      if (message) store.hear({ type: 'chat.message', message });
    });
  const drop = () =>
    attempt(async () => {
      forget();
      await dropScheduled(one.id);
      toast({
        words: t('chat:scheduled.dropped'),
        act: {
          label: t('ui:undo'),
          run: () => void attempt(() => schedule(one.conversation_id, { text: one.text }, one.send_at)),
        },
      });
    });
  return (
    <li className={styles.row}>
      <span className={styles.words}>
        <span className={styles.text}>{plainText(one.text)}</span>
        <small data-failed={one.failed ? true : undefined}>
          {one.failed ? t('chat:scheduled.notSent', { why: one.failed }) : when}
        </small>
      </span>
      <IconButton icon={Pencil} size={16} label={t('chat:scheduled.edit')} onClick={() => setEditing(true)} />
      <IconButton
        icon={SendHorizontal}
        size={16}
        label={t('chat:scheduled.now')}
        onClick={() => void send()}
      />
      <IconButton icon={Trash2} size={16} label={t('chat:scheduled.drop')} onClick={() => void drop()} />
      <ScheduledSheet one={editing ? one : null} onClose={() => setEditing(false)} />
    </li>
  );
}
