/** `/join`: for whoever has only a meeting number, with or without an account. */
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useOffice } from '@/api';
import { Mark } from '@/ui';
import { NumberForm } from './NumberForm';
import styles from './NumberPage.module.css';

export default function NumberPage() {
  const { t } = useTranslation('meetings');
  const office = useOffice();
  return (
    <main className={styles.page}>
      <div className={styles.form}>
        <Link to="/" className={styles.brand}>
          <Mark size={36} />
          {office?.name}
        </Link>
        <h1>{t('join.byNumber')}</h1>
        <NumberForm />
      </div>
    </main>
  );
}
