/** A block of code, to be read and taken along. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '../copying';
import { IconButton } from '../IconButton';
import { Code } from './Code';
import styles from './CodeBlock.module.css';

const copiedMs = 2000;

export function CodeBlock({ text, language }: { text: string; language: string }) {
  const { t } = useTranslation('ui');
  const copy = useCopy();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className={styles.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <Code text={text} language={language} />
      </pre>
      <IconButton
        icon={copied ? Check : Copy}
        size={16}
        label={t(copied ? 'copied' : 'copyCode')}
        className={styles.copy}
        onClick={() => void copy(text).then(setCopied)}
      />
    </div>
  );
}
