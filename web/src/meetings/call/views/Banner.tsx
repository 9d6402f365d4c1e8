/** The connection is away: said after two seconds, gone by itself. */
import { WifiOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLasting } from '@/lib';
import styles from './CallView.module.css';
import { useCallState } from './context';

const SHOWN_AFTER_MS = 2000;

export function Banner() {
  const { t } = useTranslation('meetings');
  const away = useCallState((state) => state.connection === 'resuming' || state.connection === 'rejoining');
  const shown = useLasting(away, SHOWN_AFTER_MS);
  return (
    <div role="alert" className={styles.bannerPlace}>
      {shown ? (
        <div className={styles.banner}>
          <WifiOff size={18} strokeWidth={1.75} aria-hidden="true" />
          {t('call.away')}
        </div>
      ) : null}
    </div>
  );
}
