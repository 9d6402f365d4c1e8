/** The audit log: who did what, when and from where. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditEntry, type AuditPage, api } from '@/api';
import { useLanguage } from '@/app';
import { bytesWords, stamp } from '@/lib';
import { EmptyState, Failure, SkeletonRows } from '@/ui';
import styles from './AdminAuditPage.module.css';
import { AdminFrame } from './AdminFrame';
import { auditActions } from './auditActions';
import { MemberPicker } from './MemberPicker';
import { type Column, Rows } from './Rows';

function useAudit(filter: { action?: string; actor?: string }) {
  return useInfiniteQuery({
    queryKey: ['org', 'audit', filter],
    queryFn: ({ pageParam, signal }) =>
      api.get<AuditPage>('/api/org/audit', { ...filter, cursor: pageParam }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });
}

/** The facts of an entry on one line: `部门 研发 → 产品 · 角色 成员`. */
function useFacts(): (details: unknown) => string {
  const { t } = useTranslation('org');
  const language = useLanguage();
  const word = (name: string, value: unknown): string => {
    if (name === 'role') return t(`role.${String(value)}`);
    if (name === 'by' && value === 'operator') return t('audit.operator');
    if (typeof value === 'boolean') return t(value ? 'audit.on' : 'audit.off');
    if (name.endsWith('_at') && typeof value === 'number') return stamp(value, language);
    if ((name === 'size' || name.endsWith('_bytes')) && typeof value === 'number') return bytesWords(value);
    if (value === null || value === '') return '–';
    return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  };
  const fact = ([name, value]: [string, unknown]): string => {
    const label = t(`audit.facts.${name}`, { defaultValue: name });
    if (value === true) return label;
    const words = Array.isArray(value)
      ? value.map((each) => word(name, each)).join(' → ')
      : word(name, value);
    return `${label} ${words}`;
  };
  return (details) =>
    details !== null && typeof details === 'object' ? Object.entries(details).map(fact).join(' · ') : '';
}

function useColumns(): Column<AuditEntry>[] {
  const { t } = useTranslation('org');
  const language = useLanguage();
  const facts = useFacts();
  const act = (action: string) => t(`audit.actions.${action.replace(/\./g, '_')}`, { defaultValue: action });
  return [
    {
      name: t('audit.what'),
      width: 'minmax(0, 1.6fr)',
      cell: (entry) => (
        <span className={styles.what}>
          <span className={styles.act}>
            {act(entry.action)}
            {entry.subject ? <strong> {entry.subject}</strong> : null}
          </span>
          <span className={styles.facts}>{facts(entry.details)}</span>
        </span>
      ),
    },
    { name: t('audit.who'), width: '160px', cell: ({ actor }) => actor?.name ?? t('audit.system') },
    {
      name: t('audit.when'),
      width: '150px',
      cell: ({ at }) => (
        <time dateTime={new Date(at).toISOString()} className="tabular">
          {stamp(at, language)}
        </time>
      ),
    },
    { name: t('audit.from'), width: '130px', cell: ({ ip }) => <span className="tabular">{ip}</span> },
  ];
}

export default function AdminAuditPage() {
  const { t } = useTranslation('org');
  const columns = useColumns();
  const [action, setAction] = useState<string>();
  const [actor, setActor] = useState<string>();
  const found = useAudit({ action, actor });
  const entries = found.data?.pages.flatMap((page) => page.entries) ?? [];
  return (
    <AdminFrame page="/admin/audit">
      <div className={styles.filters}>
        <Select
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          className={styles.filter}
          value={action}
          placeholder={t('audit.anyAction')}
          aria-label={t('audit.anyAction')}
          onChange={setAction}
          options={auditActions.map((value) => ({
            value,
            label: t(`audit.actions.${value.replace(/\./g, '_')}`),
          }))}
        />
        <div className={styles.filter}>
          <MemberPicker value={actor} placeholder={t('audit.anyone')} onChange={setActor} />
        </div>
      </div>
      {found.isError && entries.length === 0 ? (
        <Failure error={found.error} onRetry={() => void found.refetch()} />
      ) : found.isPending ? (
        <SkeletonRows rows={8} height={60} avatar={false} />
      ) : entries.length === 0 ? (
        <EmptyState drawing="pigeons" title={t('audit.none')} />
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing inside takes the keyboard there
        <section className={styles.scroll} tabIndex={0} aria-label={t('admin.audit')}>
          <Rows label={t('admin.audit')} rows={entries} columns={columns} keyOf={({ id }) => id} />
          {found.hasNextPage ? (
            <div className={styles.more}>
              <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {t('admin.moreRows')}
              </Button>
            </div>
          ) : null}
        </section>
      )}
    </AdminFrame>
  );
}
