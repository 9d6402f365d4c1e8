/** Link, number and QR code of a meeting, each copied with one press. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { spacedNumber } from '@/lib';
import { IconButton, QrCode, useCopy } from '@/ui';
import styles from './WaysIn.module.css';

const COPIED_SHOWN_MS = 2000;
const CODE_PX = 156;

export function WaysIn({ link, number, title }: { link: string; number: string; title: string }) {
  const { t } = useTranslation('meetings');
  return (
    <div className={styles.ways}>
      <Way label={t('ways.link')} value={link} shown={link.replace(/^https?:\/\//, '')} />
      <Way label={t('ways.number')} value={number} shown={spacedNumber(number)} />
      <div className={styles.code}>
        <QrCode text={link} label={t('ways.code', { title })} size={CODE_PX} />
      </div>
      <p>{t('ways.codeHint')}</p>
    </div>
  );
}

function Way({ label, value, shown }: { label: string; value: string; shown: string }) {
  const { t } = useTranslation('meetings');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copyText = useCopy();
  const copy = async () => setCopied(await copyText(value));
  return (
    <div className={styles.way}>
      <span>
        <small>{label}</small>
        <b>{shown}</b>
      </span>
      <IconButton
        icon={copied ? Check : Copy}
        size={16}
        label={copied ? t('ways.copied') : t('ways.copy', { what: label })}
        onClick={() => void copy()}
      />
    </div>
  );
}
