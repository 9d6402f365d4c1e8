/** A message on its way: plain for a second, then “sending”; waiting for the network; or not sent, with the way to. */
import { CircleAlert, Clock } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useUploads } from '@/drive';
import { useLasting } from '@/lib';
import { EnclosedBody, pendingShape } from '../enclosed/Enclosed';
import { useSession } from '../session';
import { enclosuresOf, type Pending } from '../sync/outbox';
import line from './MessageLine.module.css';
import styles from './PendingLine.module.css';
import { QuoteBox } from './QuoteBox';

/** A message that is acknowledged sooner than this never says that it was sent. */
const patienceMs = 1000;

type Props = { pending: Pending; head: boolean; tail: boolean };

export function PendingLine({ pending, head, tail }: Props) {
  const shape = pendingShape(pending);
  return (
    <div
      className={line.line}
      data-key={`own ${pending.client_id}`}
      data-own
      data-head={head || undefined}
      data-tail={tail || undefined}
    >
      <div className={line.column}>
        <div
          className={line.bubble}
          data-pending={pending.state}
          data-card={shape === 'card' || undefined}
          data-pictures={shape === 'pictures' || undefined}
        >
          {pending.reply_to ? <QuoteBox quote={pending.reply_to} /> : null}
          <EnclosedBody pending={pending} />
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
  if (pending.state === 'uploading') return <Uploading pending={pending} />;
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

/** Its files are on their way; it can still be given up. */
function Uploading({ pending }: { pending: Pending }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const isBroken = useUploads((all) =>
    enclosuresOf(pending.enclosed).some(({ upload }) =>
      all.some(({ id, phase }) => id === upload && phase === 'broken'),
    ),
  );
  return (
    <div className={styles.state}>
      {isBroken ? <Clock size={12} strokeWidth={1.75} aria-hidden="true" /> : null}
      {t(isBroken ? 'chat:pending.queued' : 'chat:pending.uploading')}
      <button type="button" onClick={() => store.discard(pending.client_id)}>
        {t('ui:cancel')}
      </button>
    </div>
  );
}
