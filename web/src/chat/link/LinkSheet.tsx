/** The link of a group: as text and as a picture, how long it is good for, whether somebody lets people in. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Select, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JoinLink } from '@/api';
import { stamp } from '@/lib';
import { CopyField, Failure, QrCode, Setting, Sheet, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { useOpen } from '../thread/context';
import { dropLink, joinAddress, type LinkPlan, linkDays, linkQuery, makeLink } from './api';
import styles from './Link.module.css';

export function LinkSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={open} onClose={onClose} title={t('link.title')}>
      <TheLink />
    </Sheet>
  );
}

function TheLink() {
  const { t } = useTranslation('chat');
  const { conversation } = useOpen();
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const link = useQuery(linkQuery(conversation.id));
  const [days, setDays] = useState<number | null>(7);
  const [busy, setBusy] = useState(false);
  if (link.isError) return <Failure error={link.error} onRetry={() => void link.refetch()} compact />;
  if (link.isPending) return <SkeletonRows rows={3} avatar={false} />;
  const attempt = async (act: () => Promise<JoinLink | null>) => {
    setBusy(true);
    try {
      client.setQueryData(linkQuery(conversation.id).queryKey, await act());
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    setBusy(false);
  };
  const make = (plan: LinkPlan) => void attempt(() => makeLink(conversation.id, plan));
  const drop = () =>
    void attempt(async () => {
      await dropLink(conversation.id);
      return null;
    });
  return (
    <>
      {link.data ? <Shown link={link.data} /> : <p className={styles.hint}>{t('link.hint')}</p>}
      <div className={styles.settings}>
        <Setting name={t('link.approval')} detail={t('link.approvalDetail')}>
          <Switch
            checked={link.data?.approval ?? false}
            disabled={!link.data || busy}
            aria-label={t('link.approval')}
            onChange={(approval) => make({ expires_in_days: days, approval })}
          />
        </Setting>
        <Setting name={t('link.expires')}>
          <Select
            value={days ?? 0}
            aria-label={t('link.expires')}
            popupMatchSelectWidth={false}
            options={linkDays.map((count) => ({
              value: count ?? 0,
              label: count === null ? t('link.forever') : t('link.days', { count }),
            }))}
            onChange={(value) => setDays(value || null)}
          />
        </Setting>
      </div>
      <div className={styles.acts}>
        {link.data ? (
          <Button danger disabled={busy} onClick={drop}>
            {t('link.drop')}
          </Button>
        ) : null}
        <Button
          type={link.data ? 'default' : 'primary'}
          loading={busy}
          onClick={() => make({ expires_in_days: days, approval: link.data?.approval ?? false })}
        >
          {t(link.data ? 'link.renew' : 'link.make')}
        </Button>
      </div>
    </>
  );
}

function Shown({ link }: { link: JoinLink }) {
  const { t, i18n } = useTranslation('chat');
  const address = joinAddress(link.token);
  return (
    <div className={styles.link}>
      <QrCode text={address} label={t('link.qr')} />
      <p className={styles.hint}>
        {link.expires_at === null
          ? t('link.until_forever')
          : t('link.until', { at: stamp(link.expires_at, i18n.language) })}
      </p>
      <CopyField label={t('link.address')} text={address} />
    </div>
  );
}
