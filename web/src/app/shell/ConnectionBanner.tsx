/** Says that the office cannot be reached, two seconds after it was lost, and offers to hurry. */
import { WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { events, useConnection } from '@/api';
import { useLasting } from '@/lib';
import styles from './ConnectionBanner.module.css';

export function ConnectionBanner() {
  const { t } = useTranslation('app');
  const shown = useLasting(useConnection() === 'lost', 2000);
  return (
    <div role="status" className={styles.lane}>
      {shown ? (
        <div className={styles.banner}>
          <WifiOff size={16} strokeWidth={1.75} aria-hidden="true" />
          <span className={styles.words}>{t('lost.words')}</span>
          <button type="button" className={styles.act} onClick={events.hurry}>
            {t('lost.hurry')}
          </button>
        </div>
      ) : null}
    </div>
  );
}
