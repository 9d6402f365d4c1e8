/** The frame of the administration: its pages at the left, on phones the way back. */
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api';
import { useNarrow } from '@/lib';
import { EmptyState, PageHeader } from '@/ui';
import styles from './AdminFrame.module.css';
import { type AdminPageName, adminPages } from './adminPages';

type Props = { page: AdminPageName; detail?: ReactNode; acts?: ReactNode; children: ReactNode };

export function AdminFrame({ page, detail, acts, children }: Props) {
  const { t } = useTranslation(['org', 'app', 'ui']);
  const me = useMe();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const title = t(`org:admin.${page}`);
  useEffect(() => {
    document.title = `${title} · ${t('app:product')}`;
  }, [title, t]);
  const pages = adminPages.filter(({ permission }) => me.permissions.includes(permission));
  const allowed = pages.some(({ name }) => name === page);
  return (
    <div className={styles.frame}>
      {narrow ? null : (
        <nav className={styles.side} aria-label={t('app:admin')}>
          <div className={styles.title}>{t('app:admin')}</div>
          {pages.map(({ name, to, icon: Icon }) => (
            <Link key={to} to={to} className={styles.entry} data-here={name === page || undefined}>
              <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
              {t(`org:admin.${name}`)}
            </Link>
          ))}
        </nav>
      )}
      <section className={styles.page} aria-label={title}>
        <PageHeader
          title={title}
          detail={detail}
          acts={allowed ? acts : null}
          onBack={narrow ? () => void navigate({ to: '/me' }) : undefined}
        />
        {allowed ? children : <EmptyState drawing="moon" title={t('ui:error.nothing')} />}
      </section>
    </div>
  );
}
