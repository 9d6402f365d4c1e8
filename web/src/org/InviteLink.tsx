/** An invitation as people pass it on: the link to copy and the same as a picture for phones. */
import { Button, Input } from 'antd';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { QrCode } from '@/ui';
import styles from './InviteLink.module.css';

/** The address under which this browser reaches the office; the server may know itself by another name. */
export const invitationLink = (token: string): string => `${window.location.origin}/invite/${token}`;

export function InviteLink({ link }: { link: string }) {
  const { t } = useTranslation(['org', 'ui']);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(link);
    setCopied(true);
  };
  return (
    <div className={styles.invite}>
      <div className={styles.row}>
        <Input
          size="large"
          readOnly
          value={link}
          aria-label={t('org:invite.link')}
          onFocus={(event) => event.target.select()}
        />
        <Button
          size="large"
          icon={copied ? <Check size={16} strokeWidth={1.75} /> : <Copy size={16} strokeWidth={1.75} />}
          onClick={() => void copy()}
        >
          {copied ? t('ui:copied') : t('ui:copy')}
        </Button>
      </div>
      <figure className={styles.figure}>
        <QrCode text={link} label={t('org:invite.qr')} size={148} />
        <figcaption className={styles.caption}>{t('org:invite.scan')}</figcaption>
      </figure>
    </div>
  );
}
