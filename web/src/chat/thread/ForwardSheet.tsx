/** Forwarding messages to several conversations: one by one or as one record, with a note. */
import { Button, Checkbox, Input, Segmented } from 'antd';
import { Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { newId } from '@/lib';
import { Sheet, useErrorWords, useToast } from '@/ui';
import { forward } from '../api';
import { ConversationFace } from '../ConversationFace';
import { rowsOf, titleOf } from '../list/rows';
import { useNameOf } from '../names';
import { useChat } from '../session';
import { lineOf } from '../words';
import styles from './ForwardSheet.module.css';

const targetsMax = 20;
const shownMax = 60;
const noteLengthMax = 500;

export type Forwarded = { messages: Message[]; merged: boolean };

type Props = { forwarded: Forwarded | null; onClose: () => void };

export function ForwardSheet({ forwarded, onClose }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={forwarded !== null} onClose={onClose} title={t('forward.title')}>
      {forwarded ? <ForwardForm forwarded={forwarded} onClose={onClose} /> : null}
    </Sheet>
  );
}

function ForwardForm({ forwarded, onClose }: { forwarded: Forwarded; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const toast = useToast();
  const errorWords = useErrorWords();
  const nameOf = useNameOf();
  const all = useChat((state) => state.conversations);
  const [words, setWords] = useState('');
  const [to, setTo] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const [merged, setMerged] = useState(forwarded.merged);
  const [busy, setBusy] = useState(false);
  const [clientId] = useState(newId);
  const { messages } = forwarded;
  const rows = useMemo(() => rowsOf(Object.values(all), 'all', words, null).slice(0, shownMax), [all, words]);
  const toggle = (id: string) => setTo(to.includes(id) ? to.filter((one) => one !== id) : [...to, id]);
  const send = async () => {
    setBusy(true);
    try {
      const message_ids = messages.map(({ id }) => id);
      await forward({ message_ids, to, merged, note: note.trim() || undefined, client_id: clientId });
      toast({ words: t('chat:forward.done', { count: to.length }) });
      onClose();
    } catch (error) {
      toast({ tone: 'failed', words: errorWords(error) });
      setBusy(false);
    }
  };
  const first = messages[0];
  return (
    <div className={styles.form}>
      <p className={styles.what}>
        {messages.length === 1 && first
          ? t('chat:list.said', { name: nameOf(first.sender_id), text: lineOf(t, first, nameOf) })
          : t('chat:forward.many', { count: messages.length })}
      </p>
      {messages.length > 1 ? (
        <Segmented<boolean>
          block
          value={merged}
          onChange={setMerged}
          aria-label={t('chat:forward.how')}
          options={[
            { value: false, label: t('chat:forward.each') },
            { value: true, label: t('chat:forward.merged') },
          ]}
        />
      ) : null}
      <Input
        autoFocus
        allowClear
        variant="filled"
        value={words}
        prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
        placeholder={t('chat:forward.search')}
        aria-label={t('chat:forward.search')}
        onChange={(event) => setWords(event.target.value)}
      />
      <ul className={styles.list} aria-label={t('chat:forward.to')}>
        {rows.map((conversation) => (
          <li key={conversation.id}>
            <Checkbox
              className={styles.row}
              checked={to.includes(conversation.id)}
              disabled={to.length >= targetsMax && !to.includes(conversation.id)}
              onChange={() => toggle(conversation.id)}
            >
              <span className={styles.target}>
                <ConversationFace conversation={conversation} size={32} />
                <span className={styles.name}>{titleOf(conversation)}</span>
              </span>
            </Checkbox>
          </li>
        ))}
      </ul>
      <Input
        value={note}
        maxLength={noteLengthMax}
        placeholder={t('chat:forward.note')}
        aria-label={t('chat:forward.note')}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button type="primary" disabled={to.length === 0} loading={busy} onClick={() => void send()}>
        {to.length > 1 ? t('chat:forward.actMany', { count: to.length }) : t('chat:forward.act')}
      </Button>
    </div>
  );
}
