/** The message that is answered, above the answer; pressing it goes there. */
import { useTranslation } from 'react-i18next';
import type { Quote } from '@/api';
import { plainText } from '../markdown/parse';
import { useName } from '../names';
import { useOpen } from './context';
import styles from './QuoteBox.module.css';

export function QuoteBox({ quote }: { quote: Quote }) {
  const { t } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const person = useName(quote.sender_id, conversation.id);
  const name = quote.program_name ?? person;
  return (
    <button
      type="button"
      className={styles.quote}
      tabIndex={-1}
      aria-label={t('message.toQuote', { name })}
      onClick={() => acts.jump(quote.seq)}
    >
      <b>{t('message.quoted', { name })}</b>
      {plainText(quote.text) || t('message.noText')}
    </button>
  );
}
