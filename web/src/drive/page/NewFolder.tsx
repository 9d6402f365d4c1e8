/** A new folder and its name. */
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api';
import { Field, Sheet } from '@/ui';
import styles from './GoalSheet.module.css';

const nameLengthMax = 200;

type Props = { open: boolean; onClose: () => void; onMake: (name: string) => Promise<Entry | null> };

export function NewFolder({ open, onClose, onMake }: Props) {
  const { t } = useTranslation('drive');
  return (
    <Sheet open={open} onClose={onClose} title={t('act.newFolder')}>
      <Form onClose={onClose} onMake={onMake} />
    </Sheet>
  );
}

function Form({ onClose, onMake }: Omit<Props, 'open'>) {
  const { t } = useTranslation(['drive', 'ui']);
  const [name, setName] = useState('');
  const [busy, setBusy] = useState(false);
  const make = async () => {
    if (!name.trim()) return;
    setBusy(true);
    if (await onMake(name.trim())) onClose();
    else setBusy(false);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void make();
      }}
    >
      <Field label={t('drive:name')}>
        {(props) => (
          <Input
            {...props}
            autoFocus
            value={name}
            maxLength={nameLengthMax}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <footer className={styles.foot}>
        <span className={styles.space} />
        <Button onClick={onClose}>{t('ui:cancel')}</Button>
        <Button type="primary" htmlType="submit" disabled={!name.trim()} loading={busy}>
          {t('drive:make')}
        </Button>
      </footer>
    </form>
  );
}
