/** The frame of pages for those who are not in yet: the product's name above, one card in the middle. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Mark } from '@/ui';
import styles from './SetUpPage.module.css';
import { WelcomeCorner } from './Welcome';

export function EntryCard({ children }: { children: ReactNode }) {
  const { t } = useTranslation('app');
  return (
    <div className={styles.page}>
      <header className={styles.top}>
        <span className={styles.brand}>
          <Mark size={32} />
          {t('product')}
        </span>
        <WelcomeCorner />
      </header>
      <main className={styles.body}>
        <div className={styles.card}>{children}</div>
      </main>
    </div>
  );
}
