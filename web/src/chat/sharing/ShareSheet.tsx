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
  const [clientId] = useState(newId);
  const { kind, id } = what;
  const send = async (to: string[], note: string) => {
    try {
      for (const [place, conversation] of to.entries()) {
        await office.send(conversation, {
          client_id: `${clientId}/${place}`,
          subject: { kind, id },
        });
        if (note) await office.send(conversation, { client_id: `${clientId}/${place}/n`, text: note });
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
