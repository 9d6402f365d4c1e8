/** Making something to do of a message: until when, and what. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LaterMessage, Message } from '@/api';
import { Field, Sheet, SoftButton, useErrorWords, useToast } from '@/ui';
import { MomentPicker } from '../scheduled/PickTime';
import { momentsFrom } from '../scheduled/times';
import { keepForLater, laterKey } from './api';
import styles from './Later.module.css';

const noteLengthMax = 500;

type Props = { message: Message | LaterMessage | null; onClose: () => void };

export function TodoSheet({ message, onClose }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={message !== null} onClose={onClose} title={t('later.todo')}>
      {message ? <Form message={message} onClose={onClose} /> : null}
    </Sheet>
  );
}

function Form({ message, onClose }: { message: LaterMessage; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [due, setDue] = useState<number | null>(message.due_at ?? null);
  const [note, setNote] = useState(message.note ?? '');
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      await keepForLater(message.id, { due_at: due, note: note.trim() });
      await client.invalidateQueries({ queryKey: laterKey });
      toast({ words: t('chat:later.kept') });
      onClose();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  return (
    <>
      <Field label={t('chat:later.until')} help={t('chat:new.optional')}>
        {({ id }) => <MomentPicker id={id} value={due} onChange={setDue} />}
      </Field>
      <div className={styles.moments}>
        {momentsFrom(Date.now()).map(({ name, at }) => (
          <SoftButton key={name} size="small" onClick={() => setDue(at)}>
            {t(`chat:scheduled.${name}`)}
          </SoftButton>
        ))}
      </div>
      <Field label={t('chat:later.note')} help={t('chat:new.optional')}>
        {({ id }) => (
          <Input.TextArea
            id={id}
            value={note}
            maxLength={noteLengthMax}
            autoSize={{ minRows: 2, maxRows: 6 }}
            onChange={(event) => setNote(event.target.value)}
          />
        )}
      </Field>
      <Button type="primary" size="large" block loading={busy} onClick={() => void save()}>
        {t('ui:save')}
      </Button>
    </>
  );
}
