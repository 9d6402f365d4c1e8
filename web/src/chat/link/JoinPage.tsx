/** Where a link or its picture leads: what group it is, and the way in. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { Button, Input } from 'antd';
import { UsersRound } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { JoinDoor } from '@/api';
import { EmptyState, Failure, Field, useErrorWords, useToast } from '@/ui';
import { ConversationFace } from '../ConversationFace';
import { useGo } from '../going';
import { Markdown } from '../markdown/Markdown';
import { useSession } from '../session';
import { askIn, doorQuery } from './api';
import styles from './Link.module.css';

const noteLengthMax = 200;

export default function JoinPage() {
  const { t } = useTranslation(['chat', 'app']);
  const { token = '' } = useParams({ strict: false }) as { token?: string };
  const door = useQuery({ ...doorQuery(token), retry: false });
  useEffect(() => {
    document.title = `${door.data?.title ?? t('chat:link.join')} · ${t('app:product')}`;
  }, [door.data, t]);
  if (door.isError) {
    const status = (door.error as { status?: number }).status;
    return (
      <div className={styles.door}>
        {status === 404 || status === 410 ? (
          <EmptyState alone drawing="moon" title={t('chat:link.gone')} hint={t('chat:link.goneHint')} />
        ) : (
          <Failure error={door.error} onRetry={() => void door.refetch()} />
        )}
      </div>
    );
  }
  return <div className={styles.door}>{door.data ? <Door token={token} door={door.data} /> : null}</div>;
}

function Door({ token, door }: { token: string; door: JoinDoor }) {
  const { t } = useTranslation('chat');
  const { store } = useSession();
  const client = useQueryClient();
  const go = useGo();
  const toast = useToast();
  const words = useErrorWords();
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const knock = async () => {
    setBusy(true);
    try {
      const answer = await askIn(token, note.trim());
      if (answer.state === 'member' && answer.conversation_id) {
        await store.refresh(answer.conversation_id);
        go(answer.conversation_id, { replace: true });
        return;
      }
      await client.invalidateQueries(doorQuery(token));
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    setBusy(false);
  };
  const { title, member_count, announcement, approval, state } = door;
  return (
    <section className={styles.card}>
      <ConversationFace conversation={{ id: title, kind: 'group', peer: null, title }} size={64} />
      <h1>{title}</h1>
      <p>{t('people', { count: member_count })}</p>
      {announcement ? (
        <div className={styles.announcement}>
          <Markdown text={announcement} />
        </div>
      ) : null}
      {state === 'asked' ? (
        <p role="status">{t('link.asked')}</p>
      ) : (
        <>
          {state === 'open' && approval ? (
            <div className={styles.note}>
              <Field label={t('link.note')} help={t('new.optional')}>
                {(props) => (
                  <Input
                    {...props}
                    value={note}
                    maxLength={noteLengthMax}
                    placeholder={t('link.notePlaceholder')}
                    onChange={(event) => setNote(event.target.value)}
                    onPressEnter={() => void knock()}
                  />
                )}
              </Field>
            </div>
          ) : null}
          <Button
            type="primary"
            size="large"
            block
            loading={busy}
            icon={<UsersRound size={16} strokeWidth={1.75} />}
            onClick={() => void knock()}
          >
            {t(state === 'member' ? 'link.enter' : approval ? 'link.ask' : 'link.join')}
          </Button>
        </>
      )}
    </section>
  );
}
