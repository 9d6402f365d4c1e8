/** A thread: the message it began with, what was answered, and a field to answer in. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { clockTime } from '@/lib';
import { Failure, SkeletonRows } from '@/ui';
import { repliesQuery } from '../api';
import { Composer } from '../composer/Composer';
import { EnclosedBody } from '../enclosed/Enclosed';
import { FilesMessageBody } from '../enclosed/FilesBody';
import { PersonCard } from '../enclosed/PersonCard';
import { PlaceCard } from '../enclosed/PlaceCard';
import { VoiceBody } from '../enclosed/VoiceBody';
import { Markdown } from '../markdown/Markdown';
import { useMentionNames, useNameOf } from '../names';
import { CardBody } from '../programs/ProgramCard';
import { ProgramTag, SpeakerFace, useSpeaker } from '../programs/Speaker';
import { useChat } from '../session';
import { StickerBody } from '../stickers/StickerPicture';
import { messagesOf, pendingOf } from '../sync/state';
import { messageAt } from '../sync/window';
import { Below } from '../thread/Below';
import { useOpen } from '../thread/context';
import { Reactions } from '../thread/Reactions';
import { lineOf } from '../words';
import { PanelHead } from './SidePanel';
import styles from './ThreadPanel.module.css';

/** Of two versions of one message the later. */
const later = (one: Message | undefined, other: Message): Message =>
  one && one.change > other.change ? one : other;

/** What was fetched, with everything newer that is loaded beside it. */
function useReplies(root: number) {
  const { conversation, me } = useOpen();
  const { id } = conversation;
  const near = useChat((state) => messagesOf(state, id));
  const pending = useChat((state) => pendingOf(state, id, me)).filter((one) => one.thread_root === root);
  const fetched = useInfiniteQuery(repliesQuery(id, root));
  const pages = fetched.data?.pages;
  const replies = useMemo(() => {
    const bySeq = new Map<number, Message>();
    for (const page of pages ?? [])
      for (const one of page.messages) if (one.thread_root === root) bySeq.set(one.seq, one);
    for (const one of near) if (one.thread_root === root) bySeq.set(one.seq, later(bySeq.get(one.seq), one));
    return [...bySeq.values()].sort((one, other) => one.seq - other.seq);
  }, [pages, near, root]);
  return { root: messageAt(near, root) ?? pages?.[0]?.root ?? undefined, replies, pending, fetched };
}

export function ThreadPanel({ root: seq, onClose }: { root: number; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const { root, replies, pending, fetched } = useReplies(seq);
  const [list, setList] = useState<HTMLDivElement | null>(null);
  const newest = replies.at(-1)?.seq ?? 0;
  const waiting = pending.length;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is new is at the end
  useEffect(() => {
    list?.scrollTo({ top: list.scrollHeight });
  }, [list, newest, waiting]);
  return (
    <>
      <PanelHead title={t('threads.title')} onClose={onClose} />
      <div ref={setList} className={styles.list} role="log" aria-label={t('threads.title')}>
        {root ? <Said message={root} /> : null}
        <p className={styles.count}>
          {t('message.replies', { count: Math.max(replies.length + waiting, root?.thread_replies ?? 0) })}
        </p>
        {fetched.isError ? (
          <Failure error={fetched.error} onRetry={() => void fetched.refetch()} compact />
        ) : null}
        {fetched.isPending ? <SkeletonRows rows={2} /> : null}
        {fetched.hasNextPage ? (
          <Button
            type="text"
            block
            loading={fetched.isFetchingNextPage}
            onClick={() => void fetched.fetchNextPage()}
          >
            {t('threads.earlier')}
          </Button>
        ) : null}
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
  const name = useSpeaker(message);
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
      <SpeakerFace message={message} size={32} />
      <div className={styles.words}>
        <header>
          <b>{name}</b>
          <ProgramTag message={message} />
          <time dateTime={new Date(message.sent_at).toISOString()}>
            {clockTime(message.sent_at, i18n.language)}
          </time>
        </header>
        {isPlain ? <Markdown text={message.text} names={names} /> : <Carried message={message} />}
        <Below message={message} />
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
    if (message.kind === 'sticker' && message.data) return <StickerBody file={message.data.sticker} />;
    if (message.kind === 'card' && message.data) return <CardBody card={message.data} busy={null} />;
  }
  return <p>{lineOf(t, message, nameOf)}</p>;
}
