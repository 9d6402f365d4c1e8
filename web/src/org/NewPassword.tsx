/** A password the office has drawn: shown once, to be passed on. */
import { Button } from 'antd';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCopy } from '@/ui';
import styles from './NewPassword.module.css';

export function NewPassword({ username, password }: { username: string; password: string }) {
  const { t } = useTranslation(['org', 'ui']);
  const [copied, setCopied] = useState(false);
  const copyText = useCopy();
  const copy = async () => setCopied(await copyText(`${window.location.origin}\n${username}\n${password}`));
  return (
    <div className={styles.slip}>
      <dl className={styles.facts}>
        <dt>{t('org:card.username')}</dt>
        <dd>{username}</dd>
        <dt>{t('org:setUp.password')}</dt>
        <dd>
          <code className={styles.password}>{password}</code>
        </dd>
      </dl>
      <Button
        icon={copied ? <Check size={16} strokeWidth={1.75} /> : <Copy size={16} strokeWidth={1.75} />}
        onClick={() => void copy()}
      >
        {copied ? t('ui:copied') : t('ui:copy')}
      </Button>
    </div>
  );
}
