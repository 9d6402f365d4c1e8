/** A text that one takes along: shown whole, copied with one press. */
import { Button, Input } from 'antd';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Open.module.css';

type Props = { label: string; text: string; lines?: number };

export function Copied({ label, text, lines = 1 }: Props) {
  const { t } = useTranslation('ui');
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    setCopied(true);
  };
  return (
    <div className={styles.copied}>
      <span className={styles.label}>{label}</span>
      <div className={styles.copyRow}>
        {lines > 1 ? (
          <Input.TextArea
            className={styles.code}
            readOnly
            rows={lines}
            value={text}
            aria-label={label}
            onFocus={(event) => event.target.select()}
          />
        ) : (
          <Input
            className={styles.code}
            readOnly
            value={text}
            aria-label={label}
            onFocus={(event) => event.target.select()}
          />
        )}
        <Button
          aria-label={`${t('copy')} ${label}`}
          icon={copied ? <Check size={16} strokeWidth={1.75} /> : <Copy size={16} strokeWidth={1.75} />}
          onClick={() => void copy()}
        >
          {copied ? t('copied') : t('copy')}
        </Button>
      </div>
    </div>
  );
}
