/** What one has to deal with: messages kept for later, with a date and a note; pressing one goes to it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Segmented } from 'antd';
import { CalendarClock, Check, Trash2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaterMessage } from '@/api';
import { useNow } from '@/lib';
import { EmptyState, Failure, IconButton, Sheet, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { useGo } from '../going';
import { titleOf } from '../list/rows';
import found from '../panel/Found.module.css';
import { FoundRow } from '../panel/FoundRow';
import { useWhen } from '../scheduled/ScheduledBar';
import { useChat } from '../session';
import { keepForLater, laterKey, laterQuery, letGo, tick } from './api';
import { byDue, isOverdue } from './due';
import styles from './Later.module.css';
import { TodoSheet } from './TodoSheet';

export function LaterSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const [done, setDone] = useState(false);
  return (
    <Sheet open={open} onClose={onClose} title={t('later.title')} width={560}>
      <Segmented<boolean>
        block
        aria-label={t('later.title')}
        value={done}
        options={[
          { value: false, label: t('later.open') },
          { value: true, label: t('later.ticked') },
        ]}
        onChange={setDone}
      />
      <Kept key={String(done)} done={done} onClose={onClose} />
    </Sheet>
  );
}

/** Acts on one of them: shown at once, and the office asked again. */
function useTodoActs(done: boolean) {
  const { t } = useTranslation(['chat', 'ui']);
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const attempt = async (act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    await client.invalidateQueries({ queryKey: laterKey });
  };
  const drop = ({ id }: LaterMessage) =>
    client.setQueryData(laterQuery(done).queryKey, (list) => list?.filter((one) => one.id !== id));
  return {
    tick: (message: LaterMessage) => {
      drop(message);
      void attempt(() => tick(message.id, !done));
      if (done) return;
      toast({
        words: t('chat:later.done'),
        act: { label: t('ui:undo'), run: () => void attempt(() => tick(message.id, false)) },
      });
    },
    letGo: (message: LaterMessage) => {
      drop(message);
      void attempt(() => letGo(message.id));
      const { due_at, note } = message;
      toast({
        words: t('chat:later.dropped'),
        act: {
          label: t('ui:undo'),
          run: () => void attempt(() => keepForLater(message.id, { due_at, note: note ?? undefined })),
        },
      });
    },
  };
}

function Kept({ done, onClose }: { done: boolean; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const go = useGo();
  const now = useNow(60_000);
  const later = useQuery(laterQuery(done));
  const conversations = useChat((state) => state.conversations);
  const acts = useTodoActs(done);
  const [changing, setChanging] = useState<LaterMessage | null>(null);
  if (later.isError && !later.data)
    return <Failure error={later.error} onRetry={() => void later.refetch()} compact />;
  if (!later.data) return <SkeletonRows rows={4} />;
  if (later.data.length === 0)
    return (
      <EmptyState
        compact
        title={t(done ? 'later.noneTicked' : 'later.none')}
        hint={done ? undefined : t('later.noneHint')}
      />
    );
  return (
    <>
      <ul className={found.list} aria-label={t('later.title')}>
        {(done ? later.data : byDue(later.data)).map((message) => {
          const conversation = conversations[message.conversation_id];
          return (
            <FoundRow
              key={message.id}
              message={message}
              now={now}
              where={conversation && conversation.kind !== 'direct' ? titleOf(conversation) : undefined}
              more={<Facts message={message} now={now} />}
              onOpen={() => {
                onClose();
                go(message.conversation_id, { at: message.seq });
              }}
              act={
                <>
                  {done ? (
                    <IconButton
                      icon={Trash2}
                      size={16}
                      label={t('later.drop')}
                      onClick={() => acts.letGo(message)}
                    />
                  ) : (
                    <IconButton
                      icon={CalendarClock}
                      size={16}
                      label={t('later.change')}
                      onClick={() => setChanging(message)}
                    />
                  )}
                  <IconButton
                    icon={done ? Undo2 : Check}
                    size={16}
                    label={t(done ? 'later.untick' : 'later.tick')}
                    onClick={() => acts.tick(message)}
                  />
                </>
              }
            />
          );
        })}
      </ul>
      <TodoSheet message={changing} onClose={() => setChanging(null)} />
    </>
  );
}

/** When it is due and what one has noted. */
function Facts({ message, now }: { message: LaterMessage; now: number }) {
  const { t } = useTranslation('chat');
  const when = useWhen();
  const { due_at, note } = message;
  if (!note && typeof due_at !== 'number') return null;
  const late = isOverdue(message, now);
  return (
    <span className={styles.facts}>
      {typeof due_at === 'number' ? (
        <b data-late={late || undefined}>{t(late ? 'later.overdue' : 'later.due', { when: when(due_at) })}</b>
      ) : null}
      {note ? <span>{note}</span> : null}
    </span>
  );
}
