/** What was thrown away from a space: put back, or gone for ever. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { App, Button } from 'antd';
import { Trash2, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Entry, Space } from '@/api';
import { bytesWords } from '@/lib';
import { EmptyState, Failure, IconButton, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { binQuery, destroy, emptyBin } from '../api';
import { FileFace } from '../FileFace';
import { FileName } from '../FileName';
import type { EntryActs } from './acts';
import styles from './BinView.module.css';

export function BinView({ space, acts }: { space: Space; acts: EntryActs }) {
  const { t } = useTranslation(['drive', 'ui']);
  const { modal } = App.useApp();
  const toast = useToast();
  const words = useErrorWords();
  const bin = useInfiniteQuery(binQuery(space.id));
  const entries = bin.data?.pages.flatMap((page) => page.entries) ?? [];
  const confirm = (title: string, content: string, act: () => Promise<unknown>) =>
    void modal.confirm({
      title,
      content,
      okText: t('drive:bin.destroy'),
      okButtonProps: { danger: true },
      cancelText: t('ui:cancel'),
      autoFocusButton: 'cancel',
      icon: null,
      onOk: async () => {
        try {
          await act();
        } catch (error) {
          toast({ tone: 'failed', words: words(error) });
        }
        await acts.refresh();
      },
    });
  if (bin.isError && entries.length === 0)
    return <Failure error={bin.error} onRetry={() => void bin.refetch()} />;
  if (bin.isPending) return <SkeletonRows rows={6} height={52} />;
  if (entries.length === 0)
    return <EmptyState drawing="moon" title={t('drive:bin.empty')} hint={t('drive:bin.hint')} />;
  return (
    <div className={styles.bin}>
      <div className={styles.bar}>
        <p>{t('drive:bin.hint')}</p>
        {space.can_write ? (
          <Button
            danger
            onClick={() =>
              confirm(t('drive:bin.emptyTitle'), t('drive:bin.emptyDetail'), () => emptyBin(space.id))
            }
          >
            {t('drive:bin.emptyAct')}
          </Button>
        ) : null}
      </div>
      <ul className={styles.list} aria-label={t('drive:bin.title')}>
        {entries.map((entry: Entry) => (
          <li key={entry.id} className={styles.row}>
            <FileFace kind={entry.kind === 'folder' ? 'folder' : entry.group} size={36} />
            <span className={styles.words}>
              <FileName name={entry.name} />
              <small>
                {entry.created_by.name}
                {entry.kind === 'file' ? ` · ${bytesWords(entry.size)}` : ''}
              </small>
            </span>
            {space.can_write ? (
              <>
                <Button
                  icon={<Undo2 size={16} strokeWidth={1.75} />}
                  aria-label={t('drive:bin.restoreOne', { name: entry.name })}
                  onClick={() => void acts.restore([entry])}
                >
                  {t('drive:bin.restore')}
                </Button>
                <IconButton
                  icon={Trash2}
                  tone="danger"
                  label={t('drive:bin.destroyOne', { name: entry.name })}
                  onClick={() =>
                    confirm(
                      t('drive:bin.destroyTitle', { name: entry.name }),
                      t('drive:bin.destroyDetail'),
                      () => destroy(entry.id),
                    )
                  }
                />
              </>
            ) : null}
          </li>
        ))}
      </ul>
      {bin.hasNextPage ? (
        <Button type="text" block loading={bin.isFetchingNextPage} onClick={() => void bin.fetchNextPage()}>
          {t('drive:moreEntries')}
        </Button>
      ) : null}
    </div>
  );
}
