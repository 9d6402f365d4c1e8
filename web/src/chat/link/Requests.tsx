/** Who asks to be let into the group, above its members. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, X } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { JoinRequest } from '@/api';
import { Avatar, IconButton, useErrorWords, useToast } from '@/ui';
import { useChat, useSession } from '../session';
import { useOpen } from '../thread/context';
import { answerRequest, requestsQuery } from './api';
import styles from './Link.module.css';

/** How many wait; nothing for those who may not answer them. */
export const useWaiting = (conversation: string): number =>
  useChat((state) => state.conversations[conversation]?.waiting_requests ?? 0);

export function Requests() {
  const { conversation } = useOpen();
  const waiting = useWaiting(conversation.id);
  if (waiting === 0 || conversation.mine.role === 'member') return null;
  return <Waiting waiting={waiting} />;
}

function Waiting({ waiting }: { waiting: number }) {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const { store } = useSession();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const query = requestsQuery(conversation.id);
  const requests = useQuery(query);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number means other people
  useEffect(() => void client.invalidateQueries(query), [waiting]);
  const answer = async ({ id }: JoinRequest, admit: boolean) => {
    client.setQueryData(query.queryKey, (all) => all?.filter((one) => one.id !== id));
    try {
      await answerRequest(id, admit);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    void client.invalidateQueries(query);
    void store.refresh(conversation.id);
  };
  if (!requests.data || requests.data.length === 0) return null;
  return (
    <section className={styles.requests} aria-label={t('link.requests')}>
      <h3>{t('link.waiting', { count: requests.data.length })}</h3>
      <ul>
        {requests.data.map((one) => (
          <li key={one.id} className={styles.request}>
            <Avatar id={one.person.id} name={one.person.name} src={one.person.avatar_url} size={32} />
            <span className={styles.who}>
              <b>{one.person.name}</b>
              {one.note ? <span>{one.note}</span> : null}
            </span>
            <IconButton
              icon={X}
              label={t('link.refuse', { name: one.person.name })}
              onClick={() => void answer(one, false)}
            />
            <IconButton
              icon={Check}
              tone="soft"
              label={t('link.admit', { name: one.person.name })}
              onClick={() => void answer(one, true)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
