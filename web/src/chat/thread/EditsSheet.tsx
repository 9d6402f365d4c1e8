/** What a message said before it was edited. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { stamp } from '@/lib';
import { Failure, Sheet, SkeletonRows } from '@/ui';
import { editsQuery } from '../api';
import { Markdown } from '../markdown/Markdown';
import styles from './EditsSheet.module.css';

export function EditsSheet({ message, onClose }: { message: Message | null; onClose: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={message !== null} onClose={onClose} title={t('edits.title')} width={560}>
      {message ? <Edits message={message} /> : null}
    </Sheet>
  );
}

function Edits({ message }: { message: Message }) {
  const { t, i18n } = useTranslation('chat');
  const edits = useQuery(editsQuery(message.id));
  if (edits.isError) return <Failure error={edits.error} onRetry={() => void edits.refetch()} compact />;
  if (!edits.data) return <SkeletonRows rows={2} avatar={false} />;
  return (
    <ol className={styles.edits}>
      <li>
        <span>{t('edits.now')}</span>
        <Markdown text={message.text} />
      </li>
      {edits.data.map(({ text, at }) => (
        <li key={`${at} ${text}`}>
          <time>{stamp(at, i18n.language)}</time>
          <Markdown text={text} />
        </li>
      ))}
    </ol>
  );
}
