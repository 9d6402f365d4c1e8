/** Forwarding messages to several conversations: one by one or as one record, with a note. */
import { Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '@/api';
import { newId } from '@/lib';
import { Sheet, useErrorWords, useToast } from '@/ui';
import { forward } from '../api';
import { useNameOf } from '../names';
import { lineOf } from '../words';
import { Targets } from './Targets';

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
  const [merged, setMerged] = useState(forwarded.merged);
  const [clientId] = useState(newId);
  const { messages } = forwarded;
  const send = async (to: string[], note: string) => {
    try {
      const message_ids = messages.map(({ id }) => id);
      await forward({ message_ids, to, merged, note: note || undefined, client_id: clientId });
      toast({ words: t('chat:forward.done', { count: to.length }) });
      onClose();
    } catch (error) {
      toast({ tone: 'failed', words: errorWords(error) });
    }
  };
  const first = messages[0];
  return (
    <Targets
      what={
        messages.length === 1 && first
          ? t('chat:list.said', { name: nameOf(first.sender_id), text: lineOf(t, first, nameOf) })
          : t('chat:forward.many', { count: messages.length })
      }
      act={(count) => (count > 1 ? t('chat:forward.actMany', { count }) : t('chat:forward.act'))}
      onSend={send}
    >
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
    </Targets>
  );
}
