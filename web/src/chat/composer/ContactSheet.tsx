/** Passing a colleague on. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { MembersPicker } from '@/org';
import { Field, Sheet } from '@/ui';
import { useSession } from '../session';
import { useOpen } from '../thread/context';
import styles from './PollSheet.module.css';

const peopleMax = 10;

type Props = { open: boolean; root: number | undefined; onClose: () => void };

export function ContactSheet({ open, root, onClose }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={open} onClose={onClose} title={t('contact.send')}>
      <ContactForm root={root} onClose={onClose} />
    </Sheet>
  );
}

function ContactForm({ root, onClose }: Omit<Props, 'open'>) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const { conversation } = useOpen();
  const [people, setPeople] = useState<{ id: string; name: string }[]>([]);
  const send = () => {
    for (const { id, name } of people)
      store.send(conversation.id, {
        text: '',
        thread_root: root ?? null,
        enclosed: { kind: 'contact', member_id: id, name },
      });
    onClose();
  };
  return (
    <div>
      <Field label={t('chat:contact.who')}>
        {({ id }) => (
          <MembersPicker
            id={id}
            value={people}
            placeholder={t('chat:new.peoplePlaceholder')}
            onChange={(next) => setPeople(next.slice(0, peopleMax))}
          />
        )}
      </Field>
      <div className={styles.foot}>
        <Button onClick={onClose}>{t('ui:cancel')}</Button>
        <Button type="primary" disabled={people.length === 0} onClick={send}>
          {t('chat:composer.send')}
        </Button>
      </div>
    </div>
  );
}
