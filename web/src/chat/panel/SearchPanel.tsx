/** Searching in one conversation; results open at the message. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow, useSettled } from '@/lib';
import { EmptyState, Failure, SkeletonRows } from '@/ui';
import { foundQuery } from '../api';
import { useOpen } from '../thread/context';
import styles from './Found.module.css';
import { FoundRow } from './FoundRow';
import { PanelHead } from './SidePanel';

export function SearchPanel({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('chat');
  const [typed, setTyped] = useState('');
  const words = useSettled(typed.trim(), 200);
  return (
    <>
      <PanelHead title={t('search.title')} onClose={onClose} />
      <div className={styles.search}>
        <Input
          autoFocus
          allowClear
          variant="filled"
          value={typed}
          prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
          placeholder={t('search.placeholder')}
          aria-label={t('search.placeholder')}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      {words ? (
        <Results words={words} />
      ) : (
        <EmptyState compact title={t('search.begin')} hint={t('search.beginHint')} />
      )}
    </>
  );
}

function Results({ words }: { words: string }) {
  const { t } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const now = useNow(60_000);
  const found = useInfiniteQuery(foundQuery({ q: words, conversation: conversation.id }));
  const hits = found.data?.pages.flatMap((page) => page.hits) ?? [];
  if (found.isError && hits.length === 0)
    return <Failure error={found.error} onRetry={() => void found.refetch()} compact />;
  if (found.isPending) return <SkeletonRows rows={5} />;
  if (hits.length === 0) return <EmptyState compact drawing="moon" title={t('search.none', { words })} />;
  return (
    <div className={styles.results}>
      <ul className={styles.list} aria-label={t('search.results')}>
        {hits.map(({ message }) => (
          <FoundRow key={message.id} message={message} now={now} onOpen={() => acts.jump(message.seq)} />
        ))}
      </ul>
      {found.hasNextPage ? (
        <Button
          type="text"
          block
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {t('search.more')}
        </Button>
      ) : null}
    </div>
  );
}
