/** Messages kept for later; pressing one goes to it, and it can be ticked off. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { useNow } from '@/lib';
import { EmptyState, Failure, IconButton, Sheet, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { keepForLater, laterQuery } from '../api';
import { useGo } from '../going';
import found from '../panel/Found.module.css';
import { FoundRow } from '../panel/FoundRow';
import { useChat } from '../session';
import { titleOf } from './rows';

export function LaterSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={open} onClose={onClose} title={t('later.title')} width={560}>
      <Kept onClose={onClose} />
    </Sheet>
  );
}

function Kept({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const go = useGo();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const now = useNow(60_000);
  const later = useQuery({ ...laterQuery, staleTime: 0 });
  const conversations = useChat((state) => state.conversations);
  const again = () => void client.invalidateQueries(laterQuery);
  const attempt = async (message: Message, on: boolean) => {
    try {
      await keepForLater(message.id, on);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    again();
  };
  const done = (message: Message) => {
    client.setQueryData(laterQuery.queryKey, (list) => list?.filter((one) => one.id !== message.id));
    void attempt(message, false);
    toast({
      words: t('chat:later.done'),
      act: { label: t('ui:undo'), run: () => void attempt(message, true) },
    });
  };
  if (later.isError && !later.data)
    return <Failure error={later.error} onRetry={() => void later.refetch()} compact />;
  if (!later.data) return <SkeletonRows rows={4} />;
  if (later.data.length === 0)
    return <EmptyState compact title={t('chat:later.none')} hint={t('chat:later.noneHint')} />;
  return (
    <ul className={found.list} aria-label={t('chat:later.title')}>
      {later.data.map((message) => {
        const conversation = conversations[message.conversation_id];
        return (
          <FoundRow
            key={message.id}
            message={message}
            now={now}
            where={conversation && conversation.kind !== 'direct' ? titleOf(conversation) : undefined}
            onOpen={() => {
              onClose();
              go(message.conversation_id, { at: message.seq });
            }}
            act={
              <IconButton icon={Check} size={16} label={t('chat:later.tick')} onClick={() => done(message)} />
            }
          />
        );
      })}
    </ul>
  );
}
