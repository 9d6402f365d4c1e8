/** What stands in the middle of a thread: days, the first unread, what happened, what was recalled. */
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { clockTime, daysAway, longDay, useNow } from '@/lib';
import { DayPicker } from '../days/DayPicker';
import { useNames } from '../names';
import { lineOf } from '../words';
import { takenText } from './again';
import { useOpen } from './context';
import styles from './EventLine.module.css';

export function DayLine({ at }: { at: number }) {
  const { t, i18n } = useTranslation('chat');
  const away = daysAway(at, useNow(60_000));
  const date = longDay(at, i18n.language);
  const isOtherYear = new Date(at).getFullYear() !== new Date().getFullYear();
  const named =
    away === 0 ? t('thread.today', { date }) : away === -1 ? t('thread.yesterday', { date }) : date;
  return (
    <div className={styles.line} data-key={`day ${new Date(at).setHours(0, 0, 0, 0)}`}>
      <DayPicker at={at}>
        <button type="button" className={styles.day} aria-haspopup="dialog">
          <time dateTime={new Date(at).toISOString().slice(0, 10)}>
            {isOtherYear ? t('thread.year', { date, year: new Date(at).getFullYear() }) : named}
          </time>
        </button>
      </DayPicker>
    </div>
  );
}

export function UnreadLine() {
  const { t } = useTranslation('chat');
  return (
    <div className={styles.unread} data-key="unread">
      <span>{t('thread.unread')}</span>
    </div>
  );
}

export const EventLine = memo(function EventLine({ message }: { message: Message }) {
  const { t, i18n } = useTranslation('chat');
  const { conversation, me, acts } = useOpen();
  const taken = message.recalled_by === me ? takenText(message.id, Date.now()) : null;
  const told = message.kind === 'system' && message.data ? message.data : null;
  const ids = [message.sender_id, message.recalled_by, ...(told ? [told.actor_id, ...told.member_ids] : [])];
  const nameOf = useNames(ids, conversation.id);
  const key = message.sender_id === me ? `own ${message.client_id}` : message.id;
  return (
    <div
      className={styles.line}
      data-key={key}
      data-seq={message.seq}
      title={clockTime(message.sent_at, i18n.language)}
    >
      {lineOf(t, message, nameOf)}
      {taken === null ? null : (
        <button type="button" className={styles.again} onClick={() => acts.writeAgain(taken)}>
          {t('recall.again')}
        </button>
      )}
    </div>
  );
});
