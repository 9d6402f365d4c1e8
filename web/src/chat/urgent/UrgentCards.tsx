/**
 * What somebody wants confirmed at once: a card over everything, with a sound, until it is confirmed here or
 * on another device. Not drawn while this screen is shown to others; Esc does not confirm.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { Check, MessageSquareText, Siren } from 'lucide-react';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { type Urgent, useServerEvent } from '@/api';
import { notify, useNow, useSharing } from '@/lib';
import { startRinging } from '@/meetings';
import { useQuiet } from '@/notify';
import { Avatar, FloatingCard, FloatingCardAct, FloatingCardActs, useErrorWords, useToast } from '@/ui';
import { titleOf } from '../list/rows';
import { Markdown } from '../markdown/Markdown';
import { useName, useNameOf } from '../names';
import { useChat, usePerson, useSession } from '../session';
import { lineOf } from '../words';
import { confirmUrgent, isAsked, urgentKey, waitingQuery, withUrgent } from './api';
import styles from './UrgentCard.module.css';

/** It is said loudly for so long; the card stays. */
const ringsMsMax = 12_000;
const lookAgainMs = 5_000;

/** `apart` opens the conversation in a window of its own: nobody leaves a call by looking at a message. */
export function UrgentCards({ apart = false }: { apart?: boolean }) {
  const client = useQueryClient();
  const { store } = useSession();
  const now = useNow(lookAgainMs);
  const { data = [] } = useQuery(waitingQuery);
  useServerEvent('chat.urgent', ({ urgent }) => {
    client.setQueryData<Urgent[]>(waitingQuery.queryKey, (all) => withUrgent(all ?? [], urgent));
    void client.invalidateQueries({
      queryKey: urgentKey,
      predicate: ({ queryKey }) => queryKey[2] !== 'waiting',
    });
  });
  useServerEvent('hello', () => void client.invalidateQueries(waitingQuery));
  const asked = data.filter((one) => isAsked(one, store.me, now));
  const [first] = asked;
  const sharing = useSharing(first !== undefined);
  if (!first || sharing) return null;
  return <UrgentCard key={first.id} urgent={first} others={asked.length - 1} apart={apart} />;
}

function useRinging(urgent: Urgent): void {
  const { t } = useTranslation('chat');
  const isQuiet = useQuiet();
  const name = useName(urgent.by);
  const nameOf = useNameOf();
  const begin = useEffectEvent(() => {
    if (isQuiet()) return () => undefined;
    const silence = startRinging();
    const timer = setTimeout(silence, ringsMsMax);
    const takeAway = notify(t('urgent.from', { name }), {
      body: urgent.message ? lineOf(t, urgent.message, nameOf) : '',
      tag: `chat:urgent:${urgent.id}`,
    });
    return () => {
      clearTimeout(timer);
      silence();
      takeAway();
    };
  });
  useEffect(() => begin(), []);
}

type CardProps = { urgent: Urgent; others: number; apart: boolean };

function UrgentCard({ urgent, others, apart }: CardProps) {
  const { t } = useTranslation('chat');
  const router = useRouter();
  const client = useQueryClient();
  const { store } = useSession();
  const toast = useToast();
  const words = useErrorWords();
  const nameOf = useNameOf();
  const name = useName(urgent.by);
  const person = usePerson(urgent.by);
  const conversation = useChat((state) => state.conversations[urgent.conversation_id]);
  useRinging(urgent);
  const confirm = async () => {
    const { queryKey } = waitingQuery;
    const put = (one: Urgent) => client.setQueryData<Urgent[]>(queryKey, (all) => withUrgent(all ?? [], one));
    put({ ...urgent, waiting: urgent.waiting.filter((id) => id !== store.me) });
    try {
      await confirmUrgent(urgent.id);
    } catch (error) {
      put(urgent);
      toast({ tone: 'failed', words: words(error) });
    }
    void client.invalidateQueries({ queryKey: urgentKey });
  };
  const { message } = urgent;
  if (!message) return null;
  const look = () => {
    const path = `/chat/${urgent.conversation_id}?at=${message.seq}`;
    if (apart) window.open(path, '_blank', 'noopener');
    else router.history.push(path);
  };
  return (
    <FloatingCard
      tone="danger"
      label={t('urgent.from', { name })}
      others={others > 0 ? t('urgent.more', { count: others }) : null}
    >
      <header className={styles.state}>
        <Siren size={16} strokeWidth={1.75} aria-hidden="true" />
        {t('urgent.name')}
        {conversation && conversation.kind !== 'direct' ? <span>{titleOf(conversation)}</span> : null}
      </header>
      <div className={styles.who}>
        <Avatar id={urgent.by} name={name} src={person?.avatar_url} size={40} />
        <h2>{name}</h2>
      </div>
      <div className={styles.said}>
        {message.kind === 'text' ? <Markdown text={message.text} /> : <p>{lineOf(t, message, nameOf)}</p>}
      </div>
      <FloatingCardActs>
        <FloatingCardAct
          icon={<MessageSquareText size={18} strokeWidth={1.75} />}
          word={t('urgent.look')}
          onClick={look}
        />
        <FloatingCardAct
          look="primary"
          icon={<Check size={18} strokeWidth={2} />}
          word={t('urgent.confirm')}
          onClick={() => void confirm()}
        />
      </FloatingCardActs>
    </FloatingCard>
  );
}
