/** Under one’s own message: when, and how many have not read it yet; pressing opens who has and who has not. */
import { useQuery } from '@tanstack/react-query';
import { Popover } from 'antd';
import { CheckCheck } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { clockTime } from '@/lib';
import { Avatar, Failure, SkeletonRows, SoftButton, useErrorWords, useToast } from '@/ui';
import { readersQuery, remindUnread } from '../api';
import { useName } from '../names';
import { usePerson } from '../session';
import { useOpen } from './context';
import styles from './ReadMark.module.css';

type Props = { message: Message; unread: number | null; total: number; isCounted: boolean };

/** Fills as people read. */
function Ring({ share }: { share: number }) {
  const around = 2 * Math.PI * 3;
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
      <circle cx="7" cy="7" r="6" fill="none" stroke="currentColor" strokeWidth="1" opacity="0.5" />
      <circle
        cx="7"
        cy="7"
        r="3"
        fill="none"
        stroke="currentColor"
        strokeWidth="6"
        strokeDasharray={`${around * share} ${around}`}
        transform="rotate(-90 7 7)"
      />
    </svg>
  );
}

export function ReadMark({ message, unread, total, isCounted }: Props) {
  const { t, i18n } = useTranslation('chat');
  const { conversation } = useOpen();
  const [open, setOpen] = useState(false);
  const isDirect = conversation.kind === 'direct';
  const isKnown = unread !== null && total > 0;
  const said = () => {
    if (unread === 0) return t(isDirect ? 'read.read' : 'read.all');
    return isDirect ? t('read.unread') : t('read.count', { count: unread ?? 0 });
  };
  const words = isKnown ? (
    <span className={styles.state} data-all={unread === 0 || undefined}>
      {unread === 0 ? (
        <CheckCheck size={14} strokeWidth={1.75} aria-hidden="true" />
      ) : (
        <Ring share={(total - (unread ?? 0)) / total} />
      )}
      {said()}
    </span>
  ) : null;
  return (
    <div className={styles.mark} data-shown={isCounted || open || undefined}>
      <time dateTime={new Date(message.sent_at).toISOString()}>
        {clockTime(message.sent_at, i18n.language)}
      </time>
      {isDirect || !words ? (
        words
      ) : (
        <Popover
          open={open}
          onOpenChange={setOpen}
          trigger="click"
          placement="topRight"
          arrow={false}
          destroyOnHidden
          content={<Readers message={message} />}
        >
          <button type="button" className={styles.button} aria-haspopup="dialog" aria-expanded={open}>
            {words}
          </button>
        </Popover>
      )}
    </div>
  );
}

function Readers({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  const toast = useToast();
  const errorWords = useErrorWords();
  const readers = useQuery(readersQuery(message.id));
  const [reminded, setReminded] = useState(false);
  const remind = async () => {
    setReminded(true);
    try {
      await remindUnread(message.id);
    } catch (error) {
      setReminded(false);
      toast({ tone: 'failed', words: errorWords(error) });
    }
  };
  if (readers.isError)
    return <Failure error={readers.error} onRetry={() => void readers.refetch()} compact />;
  if (!readers.data) {
    return (
      <div className={styles.readers}>
        <SkeletonRows rows={4} height={44} />
      </div>
    );
  }
  const { read, unread } = readers.data;
  return (
    <section className={styles.readers} aria-label={t('read.title')}>
      <div className={styles.columns}>
        <Column title={t('read.unreadList', { count: unread.length })} ids={unread} />
        <Column title={t('read.readList', { count: read.length })} ids={read} />
      </div>
      {unread.length > 0 ? (
        <SoftButton block disabled={reminded} onClick={() => void remind()}>
          {t(reminded ? 'read.reminded' : 'read.remind', { count: unread.length })}
        </SoftButton>
      ) : null}
    </section>
  );
}

function Column({ title, ids }: { title: string; ids: string[] }) {
  return (
    <div className={styles.column}>
      <h4>{title}</h4>
      <ul>
        {ids.map((id) => (
          <Reader key={id} id={id} />
        ))}
      </ul>
    </div>
  );
}

function Reader({ id }: { id: string }) {
  const { conversation } = useOpen();
  const name = useName(id, conversation.id);
  const person = usePerson(id);
  return (
    <li className={styles.reader}>
      <Avatar id={id} name={name} src={person?.avatar_url} size={28} />
      <span>{name}</span>
    </li>
  );
}
