/** Under the conversations that bear typed words: people and groups whose names sound like them. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSettled } from '@/lib';
import { Avatar, useErrorWords, useToast } from '@/ui';
import { namedQuery, startDirect } from '../api';
import { ConversationFace } from '../ConversationFace';
import { useGo } from '../going';
import { useSession } from '../session';
import styles from './NamedRows.module.css';
import { titleOf } from './rows';

type Props = {
  words: string;
  /** Those that are shown already. */
  shown: ReadonlySet<string>;
};

/** What the office finds by name, without what is shown already. */
export function useNamed({ words, shown }: Props) {
  const { store } = useSession();
  const wanted = useSettled(words.trim(), 150);
  const { data } = useQuery({ ...namedQuery(wanted), enabled: wanted !== '' });
  if (!words.trim() || !data) return { people: [], conversations: [] };
  const known = Object.values(store.state().conversations);
  const listed = new Set(known.flatMap((one) => (one.peer && shown.has(one.id) ? [one.peer.id] : [])));
  return {
    people: data.people.filter(({ id }) => !listed.has(id) && id !== store.me),
    conversations: data.conversations.filter(({ id, kind }) => !shown.has(id) && kind !== 'direct'),
  };
}

export function NamedRows({ people, conversations }: ReturnType<typeof useNamed>) {
  const { t } = useTranslation('chat');
  const go = useGo();
  const { store } = useSession();
  const toast = useToast();
  const words = useErrorWords();
  const open = async (member: string) => {
    try {
      const conversation = await startDirect(member);
      store.keep(conversation);
      go(conversation.id);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  return (
    <>
      {conversations.length > 0 ? (
        <section aria-label={t('list.groups')}>
          <h2 className={styles.title}>{t('list.groups')}</h2>
          {conversations.map((one) => (
            <button key={one.id} type="button" className={styles.row} onClick={() => go(one.id)}>
              <ConversationFace conversation={one} />
              <span>{titleOf(one)}</span>
            </button>
          ))}
        </section>
      ) : null}
      {people.length > 0 ? (
        <section aria-label={t('list.people')}>
          <h2 className={styles.title}>{t('list.people')}</h2>
          {people.map((one) => (
            <button key={one.id} type="button" className={styles.row} onClick={() => void open(one.id)}>
              <Avatar id={one.id} name={one.name} src={one.avatar_url} />
              <span>
                {one.name}
                {one.title ? <small>{one.title}</small> : null}
              </span>
            </button>
          ))}
        </section>
      ) : null}
    </>
  );
}
