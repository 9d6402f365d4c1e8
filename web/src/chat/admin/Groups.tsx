/** The groups of a member, handed over to somebody else: those of whoever leaves, or has too many to look after. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { Button, Checkbox } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MemberPicker } from '@/org';
import { Failure, SettingGroup, SkeletonRows, useErrorWords, useToast } from '@/ui';
import { chatKey, handGroupsOver, ownedQuery } from '../api';
import styles from './Groups.module.css';

/** How many the office takes at once. */
const atOnce = 100;

export function Groups() {
  const { t } = useTranslation('chat');
  const asked = (useSearch({ strict: false }) as { member?: string }).member;
  const [member, setMember] = useState(asked);
  return (
    <SettingGroup title={t('groups.title')}>
      <div className={styles.groups}>
        <p className={styles.hint}>{t('groups.hint')}</p>
        <MemberPicker value={member} placeholder={t('groups.whose')} onChange={setMember} />
        {member ? <Owned key={member} member={member} /> : null}
      </div>
    </SettingGroup>
  );
}

function Owned({ member }: { member: string }) {
  const { t } = useTranslation('chat');
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const { data: groups, error, refetch } = useQuery(ownedQuery(member));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [heir, setHeir] = useState<string>();
  const [busy, setBusy] = useState(false);
  if (error && !groups) return <Failure error={error} onRetry={() => void refetch()} compact />;
  if (!groups) return <SkeletonRows rows={3} height={44} avatar={false} />;
  if (groups.length === 0) return <p className={styles.hint}>{t('groups.none')}</p>;
  const chosen = groups.filter(({ id }) => !left.has(id)).slice(0, atOnce);
  const toggle = (id: string) => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    setLeft(next);
  };
  const hand = async () => {
    if (!heir) return;
    setBusy(true);
    try {
      await handGroupsOver(
        member,
        heir,
        chosen.map(({ id }) => id),
      );
      toast({ words: t('groups.done', { count: chosen.length }) });
      await client.invalidateQueries({ queryKey: [...chatKey, 'owned'] });
    } catch (failure) {
      toast({ tone: 'failed', words: words(failure) });
    }
    setBusy(false);
  };
  return (
    <>
      <ul className={styles.list} aria-label={t('groups.title')}>
        {groups.map(({ id, title, member_count }) => (
          <li key={id}>
            <Checkbox checked={!left.has(id)} onChange={() => toggle(id)}>
              {title} <small>{t('groups.size', { count: member_count })}</small>
            </Checkbox>
          </li>
        ))}
      </ul>
      <MemberPicker value={heir} placeholder={t('groups.heir')} onChange={setHeir} />
      <Button
        className={styles.act}
        type="primary"
        disabled={!heir || heir === member || chosen.length === 0}
        loading={busy}
        onClick={() => void hand()}
      >
        {chosen.length > 1 ? t('groups.actMany', { count: chosen.length }) : t('groups.act')}
      </Button>
    </>
  );
}
