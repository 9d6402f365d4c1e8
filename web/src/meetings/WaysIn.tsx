/** Link, number and QR code of a meeting, each copied with one press. */
import { Check, Copy } from 'lucide-react';
import QRCode from 'qrcode';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { spacedNumber } from '@/lib';
import { IconButton } from '@/ui';
import styles from './WaysIn.module.css';

const COPIED_SHOWN_MS = 2000;

export function WaysIn({ link, number, title }: { link: string; number: string; title: string }) {
  const { t } = useTranslation('meetings');
  return (
    <div className={styles.ways}>
      <Way label={t('ways.link')} value={link} shown={link.replace(/^https?:\/\//, '')} />
      <Way label={t('ways.number')} value={number} shown={spacedNumber(number)} />
      <Code text={link} label={t('ways.code', { title })} />
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
  const copy = () =>
    void navigator.clipboard?.writeText(value).then(
      () => setCopied(true),
      () => undefined,
    );
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
        onClick={copy}
      />
    </div>
  );
}

function Code({ text, label }: { text: string; label: string }) {
  const [picture, setPicture] = useState<string | null>(null);
  useEffect(() => {
    if (!text) return;
    let current = true;
    void QRCode.toDataURL(text, { margin: 1, width: 360, errorCorrectionLevel: 'M' }).then(
      (url) => current && setPicture(url),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [text]);
  return (
    <div className={styles.code}>
      {picture ? <img src={picture} alt={label} width={180} height={180} /> : null}
    </div>
  );
}
