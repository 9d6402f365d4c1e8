/** Showing a thing of the office in conversations: as a card, which each reader sees as far as they may. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { newId, useStore } from '@/lib';
import { Sheet, useErrorWords, useToast } from '@/ui';
import { office } from '../api';
import { Targets } from '../thread/Targets';
import { type Shared, shared } from './shared';

const close = () => shared.dispatch(null);

export function ShareSheet() {
  const { t } = useTranslation('chat');
  const what = useStore(shared, (state) => state);
  return (
    <Sheet open={what !== null} onClose={close} title={t('share.title')}>
      {what ? <ShareForm what={what} /> : null}
    </Sheet>
  );
}

function ShareForm({ what }: { what: Shared }) {
  const { t } = useTranslation('chat');
  const toast = useToast();
  const words = useErrorWords();
  // The same for each conversation, however often it is tried: what has arrived is not sent twice.
  const [ids] = useState(() => new Map<string, string>());
  const idFor = (conversation: string) => {
    const known = ids.get(conversation) ?? newId();
    ids.set(conversation, known);
    return known;
  };
  const { kind, id } = what;
  const send = async (to: string[], note: string) => {
    try {
      for (const conversation of to) {
        const client_id = idFor(conversation);
        await office.send(conversation, { client_id, subject: { kind, id } });
        if (note) await office.send(conversation, { client_id: `${client_id}/n`, text: note });
      }
      toast({ words: t('share.done', { count: to.length }) });
      close();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
  };
  return (
    <Targets
      what={t('share.what', { title: what.title })}
      act={(count) => (count > 1 ? t('share.actMany', { count }) : t('share.act'))}
      onSend={send}
    />
  );
}
