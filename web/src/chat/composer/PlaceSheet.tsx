/** Saying where one is: by this device, or by hand. */
import { Button, Input } from 'antd';
import { LocateFixed } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, Sheet } from '@/ui';
import { spot, spotOf } from '../enclosed/spot';
import { useSession } from '../session';
import { useOpen } from '../thread/context';
import styles from './PollSheet.module.css';

const titleLengthMax = 100;
const addressLengthMax = 200;
const patienceMs = 15_000;

type Props = { open: boolean; root: number | undefined; onClose: () => void };

export function PlaceSheet({ open, root, onClose }: Props) {
  const { t } = useTranslation('chat');
  return (
    <Sheet open={open} onClose={onClose} title={t('location.send')}>
      <PlaceForm root={root} onClose={onClose} />
    </Sheet>
  );
}

function PlaceForm({ root, onClose }: Omit<Props, 'open'>) {
  const { t } = useTranslation(['chat', 'ui']);
  const { store } = useSession();
  const { conversation } = useOpen();
  const [title, setTitle] = useState('');
  const [address, setAddress] = useState('');
  const [written, setWritten] = useState('');
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState(false);
  const found = spotOf(written);
  const ask = () => {
    setBusy(true);
    setRefused(false);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        setWritten(spot(coords));
        setBusy(false);
      },
      () => {
        setRefused(true);
        setBusy(false);
      },
      { enableHighAccuracy: true, timeout: patienceMs },
    );
  };
  const send = () => {
    if (!found) return;
    const place = { ...found, title: title.trim(), address: address.trim() };
    store.send(conversation.id, {
      text: '',
      thread_root: root ?? null,
      enclosed: { kind: 'location', place },
    });
    onClose();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Field label={t('chat:location.title')}>
        {(props) => (
          <Input
            {...props}
            autoFocus
            value={title}
            maxLength={titleLengthMax}
            placeholder={t('chat:location.titleHint')}
            onChange={(event) => setTitle(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('chat:location.address')} help={t('chat:new.optional')}>
        {(props) => (
          <Input
            {...props}
            value={address}
            maxLength={addressLengthMax}
            onChange={(event) => setAddress(event.target.value)}
          />
        )}
      </Field>
      <Field
        label={t('chat:location.spot')}
        error={
          refused ? t('chat:location.refused') : written && !found ? t('chat:location.wrong') : undefined
        }
      >
        {(props) => (
          <Input
            {...props}
            value={written}
            placeholder="39.91667, 116.39722"
            onChange={(event) => setWritten(event.target.value)}
          />
        )}
      </Field>
      {'geolocation' in navigator ? (
        <Button type="text" loading={busy} icon={<LocateFixed size={16} strokeWidth={1.75} />} onClick={ask}>
          {t('chat:location.here')}
        </Button>
      ) : null}
      <div className={styles.foot}>
        <Button onClick={onClose}>{t('ui:cancel')}</Button>
        <Button type="primary" htmlType="submit" disabled={!found}>
          {t('chat:composer.send')}
        </Button>
      </div>
    </form>
  );
}
