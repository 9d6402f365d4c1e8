/** Conversations to send something to, with a note. */
import { Button, Checkbox, Input } from 'antd';
import { Search } from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConversationFace } from '../ConversationFace';
import { rowsOf, titleOf } from '../list/rows';
import { useChat } from '../session';
import styles from './ForwardSheet.module.css';

const targetsMax = 20;
const shownMax = 60;
const noteLengthMax = 500;

type Props = {
  /** What is sent, in one line. */
  what: string;
  /** How it is sent, where there is a choice. */
  children?: ReactNode;
  act: (count: number) => string;
  /** Resolves when it was sent, or when it was said why not. */
  onSend: (to: string[], note: string) => Promise<void>;
};

export function Targets({ what, children, act, onSend }: Props) {
  const { t } = useTranslation('chat');
  const all = useChat((state) => state.conversations);
  const [words, setWords] = useState('');
  const [to, setTo] = useState<string[]>([]);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const rows = useMemo(() => rowsOf(Object.values(all), 'all', words, null).slice(0, shownMax), [all, words]);
  const toggle = (id: string) => setTo(to.includes(id) ? to.filter((one) => one !== id) : [...to, id]);
  const send = async () => {
    setBusy(true);
    await onSend(to, note.trim());
    setBusy(false);
  };
  return (
    <div className={styles.form}>
      <p className={styles.what}>{what}</p>
      {children}
      <Input
        autoFocus
        allowClear
        variant="filled"
        value={words}
        prefix={<Search size={16} strokeWidth={1.75} aria-hidden="true" />}
        placeholder={t('forward.search')}
        aria-label={t('forward.search')}
        onChange={(event) => setWords(event.target.value)}
      />
      <ul className={styles.list} aria-label={t('forward.to')}>
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
        placeholder={t('forward.note')}
        aria-label={t('forward.note')}
        onChange={(event) => setNote(event.target.value)}
      />
      <Button type="primary" disabled={to.length === 0} loading={busy} onClick={() => void send()}>
        {act(to.length)}
      </Button>
    </div>
  );
}
