/** A text to take along: shown whole, selected when it is entered, copied with one press. */
import { Button, Input } from 'antd';
import { Check, Copy } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { copyText } from '@/lib';
import styles from './CopyField.module.css';

type Props = {
  label: string;
  text: string;
  lines?: number;
  size?: 'middle' | 'large';
  /** For programs rather than for people. */
  code?: boolean;
};

export function CopyField({ label, text, lines = 1, size = 'middle', code = false }: Props) {
  const { t } = useTranslation('ui');
  const failed = useId();
  const [tried, setTried] = useState<{ text: string; copied: boolean } | null>(null);
  const row = useRef<HTMLDivElement>(null);
  // What is said is said of this text, not of one that stood here before.
  const copied = tried?.text === text ? tried.copied : null;
  const copy = async () => {
    const worked = await copyText(text);
    setTried({ text, copied: worked });
    if (!worked) row.current?.querySelector<HTMLElement>('input, textarea')?.focus();
  };
  const field = {
    ...(code ? { className: styles.code } : {}),
    ...(copied === false ? { 'aria-describedby': failed } : {}),
    size,
    readOnly: true,
    value: text,
    'aria-label': label,
    onFocus: (event: { target: HTMLInputElement | HTMLTextAreaElement }) => event.target.select(),
  };
  const word = t(copied ? 'copied' : 'copy');
  return (
    <div className={styles.field}>
      <div ref={row} className={styles.row}>
        {lines > 1 ? <Input.TextArea {...field} rows={lines} /> : <Input {...field} />}
        <Button
          size={size}
          aria-label={`${word} ${label}`}
          icon={copied ? <Check size={16} strokeWidth={1.75} /> : <Copy size={16} strokeWidth={1.75} />}
          onClick={() => void copy()}
        >
          {word}
        </Button>
      </div>
      {copied === false ? (
        <p id={failed} className={styles.failed} role="alert">
          {t('copyByHand')}
        </p>
      ) : null}
    </div>
  );
}
