/** An invitation as people pass it on: the link to copy and the same as a picture for phones. */
import { useTranslation } from 'react-i18next';
import { CopyField, QrCode } from '@/ui';
import styles from './InviteLink.module.css';

/** The address under which this browser reaches the office; the server may know itself by another name. */
export const invitationLink = (token: string): string => `${window.location.origin}/invite/${token}`;

export function InviteLink({ link }: { link: string }) {
  const { t } = useTranslation('org');
  return (
    <div className={styles.invite}>
      <CopyField size="large" label={t('invite.link')} text={link} />
      <figure className={styles.figure}>
        <QrCode text={link} label={t('invite.qr')} size={148} />
        <figcaption className={styles.caption}>{t('invite.scan')}</figcaption>
      </figure>
    </div>
  );
}
