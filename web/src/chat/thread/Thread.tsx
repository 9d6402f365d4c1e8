/** The messages of a conversation: a bounded stretch of them, fetched in pages as one scrolls to its ends. */
import { useQuery } from '@tanstack/react-query';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { useEvent } from '@/lib';
import { EmptyState, Failure, SkeletonRows } from '@/ui';
import { chatSettingsQuery } from '../api';
import { useChat, useSession } from '../session';
import { readershipOf } from '../sync/readers';
import { messagesOf, pendingOf } from '../sync/state';
import { useOpen } from './context';
import { DayLine, EventLine, UnreadLine } from './EventLine';
import { type Line, linesOf, newestOwn } from './lines';
import { MessageLine } from './MessageLine';
import { PendingLine } from './PendingLine';
import { type Jump, useScroll } from './scroll';
import styles from './Thread.module.css';

/** The next page is fetched when fewer pixels than this are left to scroll. */
const nearEndPx = 900;

type Props = { jump: Jump | null; onJumped: () => void };

export function Thread({ jump, onJumped }: Props) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const { conversation, me } = useOpen();
  const { id } = conversation;
  const unread = useChat((state) => state.conversations[id]?.mine.unread ?? 0);
  const messages = useChat((state) => messagesOf(state, id));
  const pending = useChat((state) => pendingOf(state, id, me));
  const loaded = useChat((state) => state.windows[id]);
  const failure = useChat((state) => state.failures[id]);
  // Where reading had ended when the conversation was opened.
  const [readUpTo] = useState(() => {
    const mine = store.state().conversations[id]?.mine;
    return mine && mine.unread > 0 ? mine.read_seq : null;
  });
  const lines = useMemo(() => linesOf(messages, pending, me, readUpTo), [messages, pending, me, readUpTo]);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const more = useEvent((side: 'before' | 'after') => void store.more(id, side));
  const read = useEvent((seq: number) => store.read(id, seq));
  const { atEnd, toEnd, onScroll } = useScroll({
    box,
    lines,
    isWhole: loaded !== undefined && !loaded.hasAfter,
    jump,
    onJumped,
    onSeen: read,
    onNear: more,
    nearPx: nearEndPx,
  });
  const newest = async () => {
    await store.showNewest(id);
    toEnd();
  };
  const isUnreadAbove = readUpTo !== null && (messages[0]?.seq ?? 0) > readUpTo + 1 && loaded?.hasBefore;
  if (failure && !loaded) return <Failure error={failure} onRetry={() => store.open(id)} />;
  if (!loaded) {
    return (
      <div className={styles.place}>
        <SkeletonRows rows={7} height={76} />
      </div>
    );
  }
  const isEmpty = lines.length === 0 && !loaded.hasBefore;
  return (
    <div className={styles.place}>
      <div
        ref={setBox}
        className={styles.scroll}
        role="log"
        aria-live="polite"
        aria-label={t('thread.name')}
        onScroll={onScroll}
        onKeyDown={moveFocus}
      >
        <div className={styles.lines}>
          {loaded.hasBefore ? <SkeletonRows rows={2} height={64} /> : null}
          <Lines lines={lines} messages={messages} />
          {isEmpty ? (
            <EmptyState drawing="pigeons" title={t('thread.empty')} hint={t('thread.emptyHint')} />
          ) : null}
        </div>
      </div>
      {isUnreadAbove && readUpTo !== null ? <ToUnread readUpTo={readUpTo} /> : null}
      {atEnd && !loaded.hasAfter ? null : (
        <button type="button" className={styles.newest} onClick={() => void newest()}>
          <ArrowDown size={16} strokeWidth={2} aria-hidden="true" />
          {unread > 0 ? t('thread.newCount', { count: unread }) : t('thread.newest')}
        </button>
      )}
    </div>
  );
}

function ToUnread({ readUpTo }: { readUpTo: number }) {
  const { t } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const last = useChat((state) => state.conversations[conversation.id]?.last_seq ?? 0);
  const count = last - readUpTo;
  return (
    <button type="button" className={styles.toUnread} onClick={() => acts.jump(readUpTo + 1)}>
      <ArrowUp size={16} strokeWidth={2} aria-hidden="true" />
      {t('thread.toUnread', { count })}
    </button>
  );
}

/** Arrows go from message to message; the list is one stop of the Tab key. */
function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const here = event.target as HTMLElement;
  if (!step || event.altKey || !here.matches('[data-message]')) return;
  event.preventDefault();
  const all = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-message]')];
  all[all.indexOf(here) + step]?.focus();
}

const Lines = memo(function Lines({ lines, messages }: { lines: Line[]; messages: readonly Message[] }) {
  const { conversation, me } = useOpen();
  const members = useChat((state) => state.rosters[conversation.id]?.members);
  const isListed = useQuery(chatSettingsQuery).data?.read_lists ?? true;
  const readership = useMemo(
    () => (members && isListed ? readershipOf(members, me) : null),
    [members, me, isListed],
  );
  const newest = newestOwn(messages, me);
  const last = lines.findLast((line) => line.kind === 'message');
  const draw = (line: Line, at: number): ReactNode => {
    switch (line.kind) {
      case 'day':
        return <DayLine key={line.key} at={line.at} />;
      case 'unread':
        return <UnreadLine key={line.key} />;
      case 'event':
        return <EventLine key={line.key} message={line.message} />;
      case 'pending':
        return <PendingLine key={line.key} pending={line.pending} head={line.head} tail={line.tail} />;
      case 'message': {
        const { message, own } = line;
        const next = lines[at + 1];
        const count = own && readership ? readership(message) : null;
        const below = next?.kind === 'message' && next.own && readership ? readership(next.message) : null;
        return (
          <MessageLine
            key={line.key}
            message={message}
            own={own}
            head={line.head}
            tail={line.tail}
            unread={count?.unread ?? null}
            total={count?.total ?? 0}
            // In a run, the same count is said once.
            isCounted={
              message === newest ||
              ((count?.unread ?? 0) > 0 && (line.tail || below?.unread !== count?.unread))
            }
            tabbable={line === last}
          />
        );
      }
    }
  };
  return lines.map(draw);
});
