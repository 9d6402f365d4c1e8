/** The frame of the administration: its pages at the left, on phones the way back. */
import { Link, useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { useMe } from '@/api';
import { adminPages } from '@/app';
import { useNarrow } from '@/lib';
import { EmptyState, PageHeader } from '@/ui';
import styles from './AdminFrame.module.css';

type Props = {
  /** Its path. */
  page: string;
  detail?: ReactNode;
  acts?: ReactNode;
  children: ReactNode;
};

export function AdminFrame({ page, detail, acts, children }: Props) {
  const { t } = useTranslation();
  const me = useMe();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const pages = adminPages(me);
  const here = pages.find(({ to }) => to === page);
  const title = here ? t(here.label) : t('app:admin');
  useEffect(() => {
    document.title = `${title} · ${t('app:product')}`;
  }, [title, t]);
  return (
    <div className={styles.frame}>
      {narrow ? null : (
        <nav className={styles.side} aria-label={t('app:admin')}>
          <div className={styles.title}>{t('app:admin')}</div>
          {pages.map(({ to, icon: Icon, label }) => (
            <Link key={to} to={to} className={styles.entry} data-here={to === page || undefined}>
              <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
              {t(label)}
            </Link>
          ))}
        </nav>
      )}
      <section className={styles.page} aria-label={title}>
        <PageHeader
          title={title}
          detail={detail}
          acts={here ? acts : null}
          onBack={narrow ? () => void navigate({ to: '/me' }) : undefined}
        />
        {here ? children : <EmptyState drawing="moon" title={t('ui:error.nothing')} />}
      </section>
    </div>
  );
}
