/** The keys of this page. */
import { useTranslation } from 'react-i18next';
import { Sheet } from '@/ui';
import { KEYS } from '../shortcuts';
import styles from './CallView.module.css';

export function KeysSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('meetings');
  return (
    <Sheet open={open} onClose={onClose} title={t('call.keys.title')} width={560}>
      <dl className={styles.keys}>
        {KEYS.map(({ key, act }) => (
          <div key={key}>
            <dt>
              <kbd>{key === 'Space' ? t('call.keys.space') : key}</kbd>
            </dt>
            <dd>{t(`call.keys.${act}`)}</dd>
          </div>
        ))}
      </dl>
      <p className={styles.keysNote}>{t('call.keys.note')}</p>
    </Sheet>
  );
}
