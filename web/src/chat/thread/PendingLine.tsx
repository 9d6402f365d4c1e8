/** A message on its way: plain for a second, then “sending”; waiting for the network; or not sent, with the way to. */
import { CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useLasting } from '@/lib';
import { Markdown } from '../markdown/Markdown';
import { useSession } from '../session';
import type { Pending } from '../sync/outbox';
import line from './MessageLine.module.css';
import styles from './PendingLine.module.css';
import { QuoteBox } from './QuoteBox';

/** A message that is acknowledged sooner than this never says that it was sent. */
const patienceMs = 1000;

type Props = { pending: Pending; head: boolean; tail: boolean };

export function PendingLine({ pending, head, tail }: Props) {
  return (
    <div
      className={line.line}
      data-key={`own ${pending.client_id}`}
      data-own
      data-head={head || undefined}
      data-tail={tail || undefined}
    >
      <div className={line.column}>
        <div className={line.bubble} data-pending={pending.state}>
          {pending.reply_to ? <QuoteBox quote={pending.reply_to} /> : null}
          <Markdown text={pending.poll?.question ?? pending.text} />
        </div>
        <State pending={pending} />
      </div>
    </div>
  );
}

function State({ pending }: { pending: Pending }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const slow = useLasting(pending.state === 'sending', patienceMs);
  if (pending.state === 'failed') {
    return (
      <div className={styles.failed} role="alert">
        <CircleAlert size={14} strokeWidth={1.75} aria-hidden="true" />
        <span>{pending.refusal || t('chat:pending.failed')}</span>
        <button type="button" onClick={() => store.retry(pending.client_id)}>
          {t('ui:retry')}
        </button>
        <button type="button" onClick={() => store.discard(pending.client_id)}>
          {t('chat:pending.discard')}
        </button>
      </div>
    );
  }
  if (pending.state === 'queued') {
    return (
      <div className={styles.state}>
        <Clock size={12} strokeWidth={1.75} aria-hidden="true" />
        {t('chat:pending.queued')}
      </div>
    );
  }
  return slow ? <div className={styles.state}>{t('chat:pending.sending')}</div> : null;
}
