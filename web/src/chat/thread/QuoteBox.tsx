/** The message that is answered, above the answer; pressing it goes there. */
import { useTranslation } from 'react-i18next';
import type { Quote } from '@/api';
import { useName, useNameOf } from '../names';
import { quoteLine } from '../quote';
import { useChat } from '../session';
import { messagesOf } from '../sync/state';
import { messageAt } from '../sync/window';
import { lineOf } from '../words';
import { useOpen } from './context';
import styles from './QuoteBox.module.css';

export function QuoteBox({ quote }: { quote: Quote }) {
  const { t } = useTranslation('chat');
  const { conversation, acts } = useOpen();
  const person = useName(quote.sender_id, conversation.id);
  const name = quote.program_name ?? person;
  const nameOf = useNameOf();
  // One that is loaded is said as it is now.
  const quoted = useChat((state) => messageAt(messagesOf(state, conversation.id), quote.seq));
  const isMore = quoted && quoted.kind !== 'text' && quoted.recalled_at === null;
  const words = isMore ? lineOf(t, quoted, nameOf) : quoteLine(t, quote);
  return (
    <button
      type="button"
      className={styles.quote}
      tabIndex={-1}
      aria-label={t('message.toQuote', { name })}
      onClick={() => acts.jump(quote.seq)}
    >
      <b>{t('message.quoted', { name })}</b>
      {words || t('message.noText')}
    </button>
  );
}
