/** Under an urgent message: how many have confirmed; pressing opens who has and who has not. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Siren } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { UrgentMark as Mark, Message, Urgent } from '@/api';
import { clockTime } from '@/lib';
import { Failure, Sheet, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { useSession } from '../session';
import { confirmUrgent, endUrgent, remindUrgent, urgentKey, urgentQuery } from './api';
import styles from './Urgent.module.css';
import { Who } from './UrgentSheet';

export function UrgentMark({ message }: { message: Message }) {
  return message.urgent ? <TheMark mark={message.urgent} /> : null;
}

function TheMark({ mark }: { mark: Mark }) {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const [open, setOpen] = useState(false);
  // Somebody has confirmed while the lists are shown.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number means other people
  useEffect(() => void client.invalidateQueries(urgentQuery(mark.id)), [mark.confirmed]);
  return (
    <>
      <button type="button" className={styles.mark} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Siren size={13} strokeWidth={1.75} aria-hidden="true" />
        {mark.confirmed >= mark.to
          ? t('urgent.allConfirmed')
          : t('urgent.confirmedOf', { count: mark.confirmed, of: mark.to })}
      </button>
      <ConfirmSheet id={open ? mark.id : null} onClose={() => setOpen(false)} />
    </>
  );
}

export function ConfirmSheet({ id, onClose }: { id: string | null; onClose: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={id !== null} onClose={onClose} title={t('urgent.lists')} width={560}>
      {id ? <Lists id={id} /> : null}
    </Sheet>
  );
}

function Lists({ id }: { id: string }) {
  const urgent = useQuery(urgentQuery(id));
  if (urgent.isError && !urgent.data)
    return <Failure error={urgent.error} onRetry={() => void urgent.refetch()} compact />;
  if (!urgent.data) return <SkeletonRows rows={4} height={40} />;
  return <Confirmed urgent={urgent.data} />;
}

function Confirmed({ urgent }: { urgent: Urgent }) {
  const { t, i18n } = useTranslation('chat');
  const { store } = useSession();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [reminded, setReminded] = useState(false);
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
      return true;
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      return false;
    } finally {
      void client.invalidateQueries({ queryKey: urgentKey });
    }
  };
  const own = urgent.by === store.me;
  const runs = urgent.ended_at === null && urgent.waiting.length > 0;
  return (
    <>
      <div className={styles.columns}>
        <section>
          <h3>{t('urgent.waiting', { count: urgent.waiting.length })}</h3>
          <ul>
            {urgent.waiting.map((member) => (
              <li key={member}>
                <Who id={member} />
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h3>{t('urgent.confirmed', { count: urgent.confirmed.length })}</h3>
          <ul>
            {urgent.confirmed.map(({ member_id, at }) => (
              <li key={member_id}>
                <Who id={member_id} />
                <time dateTime={new Date(at).toISOString()}>{clockTime(at, i18n.language)}</time>
              </li>
            ))}
          </ul>
        </section>
      </div>
      <div className={styles.acts}>
        {own && runs ? (
          <>
            <Button onClick={() => void attempt(() => endUrgent(urgent.id))}>{t('urgent.end')}</Button>
            <Button
              type="primary"
              disabled={reminded}
              onClick={() => void attempt(() => remindUrgent(urgent.id)).then((done) => setReminded(done))}
            >
              {reminded ? t('urgent.reminded') : t('urgent.remind', { count: urgent.waiting.length })}
            </Button>
          </>
        ) : null}
        {urgent.waiting.includes(store.me) && runs ? (
          <Button type="primary" onClick={() => void attempt(() => confirmUrgent(urgent.id))}>
            {t('urgent.confirm')}
          </Button>
        ) : null}
      </div>
    </>
  );
}
