/** The files of those who left: each is handed over to somebody who is here. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpaceLeft } from '@/api';
import { bytesWords } from '@/lib';
import { MemberPicker } from '@/org';
import {
  Failure,
  Setting,
  SettingGroup,
  Sheet,
  SkeletonRows,
  SoftButton,
  useErrorWords,
  useToast,
} from '@/ui';
import { handOver, leftQuery } from '../api';
import styles from './Admin.module.css';

export function Left() {
  const { t } = useTranslation('drive');
  const left = useQuery(leftQuery);
  const [chosen, setChosen] = useState<SpaceLeft | null>(null);
  // Whose files have all been handed over is of no interest any more.
  const spaces = left.data?.filter(({ used_bytes }) => used_bytes > 0);
  return (
    <div>
      <SettingGroup title={t('left.title')}>
        {left.isError && !left.data ? (
          <Failure error={left.error} onRetry={() => void left.refetch()} compact />
        ) : null}
        {left.isPending ? <SkeletonRows rows={2} height={60} avatar={false} /> : null}
        {spaces?.length === 0 ? <Setting name={t('left.none')} detail={t('left.noneDetail')} /> : null}
        {spaces?.map((space) => (
          <Setting
            key={space.id}
            name={space.name}
            detail={t('quota.used', { used: bytesWords(space.used_bytes) })}
          >
            <SoftButton
              aria-haspopup="dialog"
              aria-label={t('left.handOverOf', { name: space.name })}
              onClick={() => setChosen(space)}
            >
              {t('left.handOver')}
            </SoftButton>
          </Setting>
        ))}
      </SettingGroup>
      <Sheet
        open={chosen !== null}
        title={t('left.handOverOf', { name: chosen?.name ?? '' })}
        onClose={() => setChosen(null)}
      >
        {chosen ? <HandOver space={chosen} onClose={() => setChosen(null)} /> : null}
      </Sheet>
    </div>
  );
}

function HandOver({ space, onClose }: { space: SpaceLeft; onClose: () => void }) {
  const { t } = useTranslation(['drive', 'ui']);
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [heir, setHeir] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const submit = async () => {
    if (!heir) {
      setFailure(t('drive:left.choose'));
      return;
    }
    setBusy(true);
    setFailure(undefined);
    try {
      const folder = await handOver(space.id, heir);
      toast({ words: t('drive:left.done', { name: space.name, heir: folder.created_by.name }) });
      onClose();
      await client.invalidateQueries({ queryKey: leftQuery.queryKey });
    } catch (error) {
      setFailure(words(error));
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p className={styles.words}>{t('drive:left.detail', { name: space.name })}</p>
      <MemberPicker
        value={heir}
        placeholder={t('drive:left.heir')}
        onChange={(id) => {
          setHeir(id);
          setFailure(undefined);
        }}
      />
      {failure ? (
        <p className={styles.failure} role="alert">
          {failure}
        </p>
      ) : null}
      <div className={styles.foot}>
        <Button onClick={onClose}>{t('ui:cancel')}</Button>
        <Button type="primary" htmlType="submit" loading={busy}>
          {t('drive:left.handOver')}
        </Button>
      </div>
    </form>
  );
}
