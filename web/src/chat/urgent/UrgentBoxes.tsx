/** Urgent messages to me and of mine. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '@/lib';
import { EmptyState, Failure, Sheet, SkeletonRows, Tag } from '@/ui';
import { useGo } from '../going';
import { titleOf } from '../list/rows';
import found from '../panel/Found.module.css';
import { FoundRow } from '../panel/FoundRow';
import { useChat, useSession } from '../session';
import { type Box, boxQuery, isAsked } from './api';
import { ConfirmSheet } from './UrgentMark';

export function UrgentBoxes({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const [box, setBox] = useState<Box>('in');
  return (
    <Sheet open={open} onClose={onClose} title={t('urgent.boxes')} width={560}>
      <Segmented<Box>
        block
        aria-label={t('urgent.boxes')}
        value={box}
        options={(['in', 'out'] as const).map((value) => ({ value, label: t(`urgent.${value}box`) }))}
        onChange={setBox}
      />
      <InBox key={box} box={box} onClose={onClose} />
    </Sheet>
  );
}

function InBox({ box, onClose }: { box: Box; onClose: () => void }) {
  const { t } = useTranslation('chat');
  const go = useGo();
  const { store } = useSession();
  const now = useNow(60_000);
  const conversations = useChat((state) => state.conversations);
  const [shown, setShown] = useState<string | null>(null);
  const query = useInfiniteQuery(boxQuery(box));
  if (query.isError && !query.data)
    return <Failure error={query.error} onRetry={() => void query.refetch()} compact />;
  if (!query.data) return <SkeletonRows rows={4} />;
  const all = query.data.pages.flatMap((page) => page.urgent);
  if (all.length === 0)
    return <EmptyState compact title={t(`urgent.none_${box}`)} hint={t('urgent.noneHint')} />;
  return (
    <>
      <ul className={found.list} aria-label={t(`urgent.${box}box`)}>
        {all.map((one) => {
          const { message } = one;
          if (!message) return null;
          const where = conversations[one.conversation_id];
          const asks = isAsked(one, store.me, now);
          const total = one.confirmed.length + one.waiting.length;
          return (
            <FoundRow
              key={one.id}
              message={message}
              now={now}
              where={where && where.kind !== 'direct' ? titleOf(where) : undefined}
              onOpen={() => {
                onClose();
                go(one.conversation_id, { at: message.seq });
              }}
              act={
                <Button type="text" size="small" onClick={() => setShown(one.id)}>
                  {asks ? (
                    <Tag tone="danger">{t('urgent.confirm')}</Tag>
                  ) : (
                    t('urgent.confirmedOf', { count: one.confirmed.length, of: total })
                  )}
                </Button>
              }
            />
          );
        })}
      </ul>
      {query.hasNextPage ? (
        <Button
          type="text"
          block
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t('search.more')}
        </Button>
      ) : null}
      <ConfirmSheet id={shown} onClose={() => setShown(null)} />
    </>
  );
}
