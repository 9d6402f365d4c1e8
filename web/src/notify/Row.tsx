/** One notice: who and what, about what, when; a mark while it is unread. */
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Notice } from '@/api';
import { noticeIcon } from '@/app';
import { stamp } from '@/lib';
import { Avatar, IconButton } from '@/ui';
import styles from './Row.module.css';
import { age, wordsOf } from './words';

type Props = {
  notice: Notice;
  now: number;
  tabbable: boolean;
  onFocus: () => void;
  onOpen: () => void;
  onRemove: () => void;
};

export function Row({ notice, now, tabbable, onFocus, onOpen, onRemove }: Props) {
  const { t, i18n } = useTranslation();
  const { headline, about, when } = wordsOf(t, notice, now, i18n.language);
  const Icon = noticeIcon(notice.kind);
  const { actor } = notice;
  return (
    <li className={styles.row} data-unread={!notice.read || undefined}>
      <button
        type="button"
        data-row
        className={styles.open}
        tabIndex={tabbable ? 0 : -1}
        onFocus={onFocus}
        onClick={onOpen}
      >
        <span className={styles.picture}>
          {actor ? <Avatar id={actor.id} name={actor.name} src={actor.avatar_url} size={40} /> : null}
          <span className={actor ? styles.mark : styles.sign}>
            <Icon size={actor ? 11 : 18} strokeWidth={actor ? 2 : 1.75} aria-hidden="true" />
          </span>
        </span>
        <span className={styles.words}>
          <span className={styles.headline}>{headline}</span>
          {about || when ? (
            <span className={styles.detail}>
              <span className={styles.about}>{about}</span>
              {about && when ? <span className={styles.point}> · </span> : null}
              <span className={styles.when}>{when}</span>
            </span>
          ) : null}
        </span>
        <span className={styles.aside}>
          <time
            dateTime={new Date(notice.told_at).toISOString()}
            title={stamp(notice.told_at, i18n.language)}
          >
            {age(t, notice.told_at, now, i18n.language)}
          </time>
          {notice.read ? null : (
            <span className={styles.dot}>
              <span className="visually-hidden">{t('notify:unread')}</span>
            </span>
          )}
        </span>
      </button>
      <IconButton
        className={styles.remove}
        icon={X}
        size={16}
        label={t('notify:remove')}
        tabIndex={tabbable ? 0 : -1}
        onClick={onRemove}
      />
    </li>
  );
}
