/** The office as it will look, growing while one types. */
import { useTranslation } from 'react-i18next';
import { Avatar, Mark, OrganisationAvatar, Tag } from '@/ui';
import styles from './SetUpPage.module.css';

export function SetUpPreview({ office, name }: { office: string; name: string }) {
  const { t } = useTranslation('org');
  return (
    <aside className={styles.aside} aria-label={t('setUp.preview')}>
      <div className={styles.preview}>
        <div className={styles.previewRail}>
          <Mark size={22} />
          <span />
          <span />
          <span />
        </div>
        <div className={styles.previewBody}>
          <div className={styles.previewHead}>
            <OrganisationAvatar id={office || '…'} name={office || '…'} size={40} />
            <div className={styles.previewWords}>
              <strong>{office || t('setUp.previewOffice')}</strong>
              <small>{window.location.host}</small>
            </div>
          </div>
          <div className={styles.previewRow}>
            {name ? (
              <Avatar id={name} name={name} size={40} presence="online" />
            ) : (
              <i className={styles.ghost} />
            )}
            <div className={styles.previewWords}>
              {name ? <b>{name}</b> : <i className={styles.ghostLine} />}
              {name ? <small>{t('role.admin')}</small> : null}
            </div>
            {name ? <Tag tone="primary">{t('you')}</Tag> : null}
          </div>
          {[172, 132, 152].map((width) => (
            <div key={width} className={styles.previewRow}>
              <i className={styles.ghost} />
              <i className={styles.ghostLine} style={{ maxWidth: width }} />
            </div>
          ))}
        </div>
      </div>
      <p className={styles.promise}>{t('setUp.promise')}</p>
    </aside>
  );
}
