/** Beginning a conversation: with one person it is theirs and mine, with several it is a group. */
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MembersPicker } from '@/org';
import { Field, Sheet, useErrorWords, useToast } from '@/ui';
import { startDirect, startGroup } from '../api';
import { useGo } from '../going';
import { useSession } from '../session';
import { titleFor, titleLengthMax } from './title';

type Named = { id: string; name: string };

export function NewSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={open} onClose={onClose} title={t('new.title')}>
      <NewForm onClose={onClose} />
    </Sheet>
  );
}

function NewForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['chat', 'ui']);
  const go = useGo();
  const { store } = useSession();
  const toast = useToast();
  const words = useErrorWords();
  const [people, setPeople] = useState<Named[]>([]);
  const [title, setTitle] = useState('');
  const [busy, setBusy] = useState(false);
  const others = people.filter(({ id }) => id !== store.me);
  const [only] = others;
  const isGroup = others.length > 1;
  const begin = async () => {
    if (!only) return;
    setBusy(true);
    try {
      const ids = others.map(({ id }) => id);
      const conversation = isGroup
        ? await startGroup(title.trim() || titleFor(others, t('chat:comma')), ids)
        : await startDirect(only.id);
      store.keep(conversation);
      onClose();
      go(conversation.id);
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
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
      {isGroup ? (
        <Field label={t('chat:new.groupTitle')} help={t('chat:new.optional')}>
          {(props) => (
            <Input
              {...props}
              value={title}
              maxLength={titleLengthMax}
              placeholder={titleFor(others, t('chat:comma'))}
              onChange={(event) => setTitle(event.target.value)}
            />
          )}
        </Field>
      ) : null}
      <Button type="primary" htmlType="submit" block size="large" disabled={!only} loading={busy}>
        {t(isGroup ? 'chat:new.group' : 'chat:new.direct')}
      </Button>
    </form>
  );
}
