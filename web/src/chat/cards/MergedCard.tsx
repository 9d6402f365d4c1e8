/** Messages that were forwarded as one: the first lines, and all of them in a sheet. */
import { MessagesSquare } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { stamp } from '@/lib';
import { Avatar, Sheet } from '@/ui';
import { FilesBody } from '../enclosed/FilesBody';
import { shownCard } from '../enclosed/shown';
import { Markdown } from '../markdown/Markdown';
import { plainText } from '../markdown/parse';
import { filesWords } from '../words';
import styles from './Card.module.css';

const shownMax = 3;

type MergedMessage = Extract<Message, { kind: 'merged' }>;

export function MergedCard({ message: { data } }: { message: MergedMessage }) {
  const { t, i18n } = useTranslation('chat');
  const [open, setOpen] = useState(false);
  if (!data) return null;
  return (
    <div className={styles.card}>
      <header className={styles.state}>
        <MessagesSquare size={14} strokeWidth={1.75} aria-hidden="true" />
        {t('merged.kind')}
      </header>
      <p className={styles.title}>{data.title || t('merged.title')}</p>
      <button type="button" className={styles.merged} onClick={() => setOpen(true)}>
        {data.messages.slice(0, shownMax).map((one) => (
          <span key={`${one.sent_at} ${one.sender_name} ${one.text}`} className={styles.mergedLine}>
            {t('list.said', {
              name: one.sender_name,
              text: plainText(one.text) || filesWords(t, one.files),
            })}
          </span>
        ))}
        <span className={styles.all}>{t('merged.all', { count: data.messages.length })}</span>
      </button>
      <Sheet open={open} onClose={() => setOpen(false)} title={data.title || t('merged.title')} width={560}>
        <ol className={styles.record}>
          {data.messages.map((one) => (
            <li key={`${one.sent_at} ${one.sender_name} ${one.text}`}>
              <Avatar id={one.sender_name} name={one.sender_name} size={32} />
              <div>
                <header>
                  {one.sender_name} <time>{stamp(one.sent_at, i18n.language)}</time>
                </header>
                {one.files.length > 0 ? <FilesBody files={one.files.map(shownCard)} /> : null}
                {one.text ? <Markdown text={one.text} /> : null}
              </div>
            </li>
          ))}
        </ol>
      </Sheet>
    </div>
  );
}
