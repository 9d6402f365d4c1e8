/** Changing what will be sent later: its words and its time. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Scheduled } from '@/api';
import { Field, Sheet, useErrorWords, useToast } from '@/ui';
import { reschedule, scheduledQuery } from './api';
import { MomentPicker } from './PickTime';
import { isTooSoon } from './times';

const textLengthMax = 8000;

export function ScheduledSheet({ one, onClose }: { one: Scheduled | null; onClose: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={one !== null} onClose={onClose} title={t('scheduled.edit')} width={560}>
      {one ? <Form one={one} onClose={onClose} /> : null}
    </Sheet>
  );
}

function Form({ one, onClose }: { one: Scheduled; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [text, setText] = useState(one.text);
  const [at, setAt] = useState<number | null>(one.send_at);
  const [busy, setBusy] = useState(false);
  const tooSoon = at !== null && isTooSoon(at, Date.now());
  const save = async () => {
    if (at === null) return;
    setBusy(true);
    try {
      await reschedule(one.id, { text: text.trim(), send_at: at });
      await client.invalidateQueries(scheduledQuery);
      onClose();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  return (
    <>
      <Field label={t('chat:scheduled.text')}>
        {({ id }) => (
          <Input.TextArea
            id={id}
            value={text}
            maxLength={textLengthMax}
            autoSize={{ minRows: 3, maxRows: 10 }}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('chat:scheduled.when')} error={tooSoon ? t('chat:scheduled.past') : undefined}>
        {({ id }) => <MomentPicker id={id} value={at} onChange={setAt} />}
      </Field>
      <Button
        type="primary"
        size="large"
        block
        loading={busy}
        disabled={text.trim() === '' || at === null || tooSoon}
        onClick={() => void save()}
      >
        {t('ui:save')}
      </Button>
    </>
  );
}
