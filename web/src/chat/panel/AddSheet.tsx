/** Bringing more people into a group. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MembersPicker } from '@/org';
import { Field, Sheet, useErrorWords, useToast } from '@/ui';
import { addMembers } from '../api';
import { useSession } from '../session';
import { useOpen } from '../thread/context';

export function AddSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const { conversation } = useOpen();
  const toast = useToast();
  const words = useErrorWords();
  const [people, setPeople] = useState<{ id: string; name: string }[]>([]);
  const [busy, setBusy] = useState(false);
  const close = () => {
    setPeople([]);
    onClose();
  };
  const add = async () => {
    setBusy(true);
    try {
      await addMembers(
        conversation.id,
        people.map(({ id }) => id),
      );
      void store.refresh(conversation.id);
      close();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    setBusy(false);
  };
  return (
    <Sheet
      open={open}
      onClose={close}
      title={t('chat:panel.add')}
      footer={
        <Button type="primary" disabled={people.length === 0} loading={busy} onClick={() => void add()}>
          {t('chat:panel.addAct', { count: people.length })}
        </Button>
      }
    >
      <Field label={t('chat:new.people')}>
        {({ id }) => (
          <MembersPicker
            id={id}
            value={people}
            onChange={setPeople}
            placeholder={t('chat:new.peoplePlaceholder')}
          />
        )}
      </Field>
    </Sheet>
  );
}
