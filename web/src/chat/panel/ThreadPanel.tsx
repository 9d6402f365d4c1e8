/** A thread: the message it began with, what was answered, and a field to answer in. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { clockTime } from '@/lib';
import { Avatar, Failure, SkeletonRows } from '@/ui';
import { chatKey, fetchReplies } from '../api';
import { Composer } from '../composer/Composer';
import { EnclosedBody } from '../enclosed/Enclosed';
import { FilesMessageBody } from '../enclosed/FilesBody';
import { PersonCard } from '../enclosed/PersonCard';
import { PlaceCard } from '../enclosed/PlaceCard';
import { VoiceBody } from '../enclosed/VoiceBody';
import { Markdown } from '../markdown/Markdown';
import { useMentionNames, useName, useNameOf } from '../names';
import { useChat, usePerson } from '../session';
import { messagesOf, pendingOf } from '../sync/state';
import { messageAt } from '../sync/window';
import { useOpen } from '../thread/context';
import { Reactions } from '../thread/Reactions';
import { lineOf } from '../words';
import { PanelHead } from './SidePanel';
import styles from './ThreadPanel.module.css';

/** What was fetched, with everything newer that is loaded beside it. */
function useReplies(root: number) {
  const { conversation, me } = useOpen();
  const { id } = conversation;
  const near = useChat((state) => messagesOf(state, id));
  const pending = useChat((state) => pendingOf(state, id, me)).filter((one) => one.thread_root === root);
  const count = messageAt(near, root)?.thread_replies;
  const [first] = useState(count ?? Number.POSITIVE_INFINITY);
  const fetched = useQuery({
    queryKey: [...chatKey, 'replies', id, root],
    queryFn: () => fetchReplies(id, root, first),
    staleTime: 0,
  });
  const replies = useMemo(() => {
    const bySeq = new Map<number, Message>();
    for (const one of fetched.data ?? []) bySeq.set(one.seq, one);
    for (const one of near) if (one.thread_root === root) bySeq.set(one.seq, one);
    return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  }, [fetched.data, near, root]);
  return { root: messageAt(near, root), replies, pending, fetched };
}

export function ThreadPanel({ root: seq, onClose }: { root: number; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const { root, replies, pending, fetched } = useReplies(seq);
  const [list, setList] = useState<HTMLDivElement | null>(null);
  const count = replies.length + pending.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is at the end
  useEffect(() => {
    list?.scrollTo({ top: list.scrollHeight });
  }, [list, count]);
  return (
    <>
      <PanelHead title={t('threads.title')} onClose={onClose} />
      <div ref={setList} className={styles.list} role="log" aria-label={t('threads.title')}>
        {root ? <Said message={root} /> : null}
        <p className={styles.count}>{t('message.replies', { count })}</p>
        {fetched.isError ? (
          <Failure error={fetched.error} onRetry={() => void fetched.refetch()} compact />
        ) : null}
        {fetched.isPending ? <SkeletonRows rows={2} /> : null}
        {replies.map((message) => (
          <Said key={message.id} message={message} />
        ))}
        {pending.map((one) => (
          <div key={one.client_id} className={styles.pending}>
            <EnclosedBody pending={one} />
          </div>
        ))}
      </div>
      <Composer
        root={seq}
        replying={null}
        editing={null}
        onReply={() => undefined}
        onEdit={() => undefined}
      />
    </>
  );
}

function Said({ message }: { message: Message }) {
  const { i18n } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const name = useName(message.sender_id, conversation.id);
  const person = usePerson(message.sender_id);
  const names = useMentionNames(message.mentions, conversation);
  const isPlain = message.kind === 'text' && message.recalled_at === null;
  return (
    <article
      className={styles.said}
      onContextMenu={(event) => {
        event.preventDefault();
        acts.openMenu(message, { x: event.clientX, y: event.clientY });
      }}
    >
      <Avatar id={message.sender_id ?? ''} name={name} src={person?.avatar_url} size={32} />
      <div className={styles.words}>
        <header>
          <b>{name}</b>
          <time dateTime={new Date(message.sent_at).toISOString()}>
            {clockTime(message.sent_at, i18n.language)}
          </time>
        </header>
        {isPlain ? <Markdown text={message.text} names={names} /> : <Carried message={message} />}
        <Reactions message={message} />
      </div>
    </article>
  );
}

/** What is more than words. */
function Carried({ message }: { message: Message }) {
  const { t } = useTranslation('chat');
  const nameOf = useNameOf();
  if (message.recalled_at === null) {
    if (message.kind === 'files') return <FilesMessageBody message={message} />;
    if (message.kind === 'voice' && message.data) return <VoiceBody voice={message.data} />;
    if (message.kind === 'location' && message.data) return <PlaceCard place={message.data} />;
    if (message.kind === 'contact' && message.data) return <PersonCard contact={message.data} />;
  }
  return <p>{lineOf(t, message, nameOf)}</p>;
}
