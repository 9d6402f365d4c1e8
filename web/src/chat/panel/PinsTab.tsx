/** Messages that were pinned; pressing one goes to it. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { PinOff } from 'lucide-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { useNow } from '@/lib';
import { EmptyState, Failure, IconButton, SkeletonRows } from '@/ui';
import { pinsQuery } from '../api';
import { useChat, useSession } from '../session';
import { useOpen } from '../thread/context';
import styles from './Found.module.css';
import { FoundRow } from './FoundRow';

export function PinsTab() {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const { store } = useSession();
  const { conversation, acts } = useOpen();
  const now = useNow(60_000);
  const pins = useQuery(pinsQuery(conversation.id));
  const change = useChat((state) => state.conversations[conversation.id]?.change);
  // biome-ignore lint/correctness/useExhaustiveDependencies: any change of the conversation may be a pin
  useEffect(() => {
    void client.invalidateQueries(pinsQuery(conversation.id));
  }, [change]);
  const mayPin = conversation.rules.pin === 'everyone' || conversation.mine.role !== 'member';
  const unpin = async (message: Message) => {
    client.setQueryData(pinsQuery(conversation.id).queryKey, (list) =>
      list?.filter((one) => one.id !== message.id),
    );
    if (!(await store.pin(message, false))) void pins.refetch();
  };
  if (pins.isError && !pins.data)
    return <Failure error={pins.error} onRetry={() => void pins.refetch()} compact />;
  if (!pins.data) return <SkeletonRows rows={4} />;
  if (pins.data.length === 0)
    return <EmptyState compact title={t('panel.noPins')} hint={t('panel.noPinsHint')} />;
  return (
    <ul className={styles.list} aria-label={t('panel.pins')}>
      {pins.data.map((message) => (
        <FoundRow
          key={message.id}
          message={message}
          now={now}
          onOpen={() => acts.jump(message.seq)}
          act={
            mayPin ? (
              <IconButton
                icon={PinOff}
                size={16}
                label={t('menu.unpin')}
                onClick={() => void unpin(message)}
              />
            ) : null
          }
        />
      ))}
    </ul>
  );
}
