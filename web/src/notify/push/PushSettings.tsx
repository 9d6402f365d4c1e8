/** Of the page about oneself: pushes on this device and on one’s others. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceName, stamp } from '@/lib';
import { IconButton, Setting, SoftButton, Tag, useErrorWords, useToast } from '@/ui';
import { forgetDevice, type PushDevice, pushQuery, pushTest, tellSubscription } from './api';
import { type PushState, pushState, subscribe, unsubscribe } from './device';
import { leaveWords } from './words';

/** What this device can do, asked for again whenever the page comes to the front. */
function usePushState() {
  const [state, setState] = useState<PushState | null>(null);
  const look = () => void pushState().then(setState);
  useEffect(() => {
    const again = () => void pushState().then(setState);
    again();
    document.addEventListener('visibilitychange', again);
    return () => document.removeEventListener('visibilitychange', again);
  }, []);
  return { state, look };
}

export function PushSettings() {
  const { t } = useTranslation('notify');
  const overview = useQuery(pushQuery);
  const { state, look } = usePushState();
  if (!overview.data || !state) return null;
  const { push_allowed, subscriptions } = overview.data;
  if (!push_allowed) return <Setting name={t('push.name')} detail={t('push.notAllowed')} />;
  const others = subscriptions.filter((one) => !one.current);
  const isKnown = subscriptions.some((one) => one.current);
  return (
    <>
      <ThisDevice
        state={state === 'on' && !isKnown ? 'off' : state}
        publicKey={overview.data.public_key}
        current={subscriptions.find((one) => one.current)}
        onChange={look}
      />
      {others.map((one) => (
        <OtherDevice key={one.id} device={one} />
      ))}
    </>
  );
}

function useAttempt() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const attempt = async (act: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await act();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    setBusy(false);
    await client.invalidateQueries(pushQuery);
  };
  return { attempt, busy };
}

type ThisProps = {
  state: PushState;
  publicKey: string;
  current: PushDevice | undefined;
  onChange: () => void;
};

function ThisDevice({ state, publicKey, current, onChange }: ThisProps) {
  const { t, i18n } = useTranslation('notify');
  const { attempt, busy } = useAttempt();
  const toast = useToast();
  const turnOn = () =>
    attempt(async () => {
      const subscription = await subscribe(publicKey).catch(() => {
        toast({ tone: 'failed', words: t('push.failed') });
        return null;
      });
      if (subscription) {
        await tellSubscription(subscription, deviceName());
        await leaveWords(i18n.language);
      }
      onChange();
    });
  const turnOff = () =>
    attempt(async () => {
      await unsubscribe();
      if (current) await forgetDevice(current.id);
      onChange();
    });
  const test = () =>
    attempt(async () => {
      await pushTest();
      toast({ words: t('push.tested') });
    });
  return (
    <Setting name={t('push.name')} detail={t(`push.${state}`)}>
      {state === 'off' ? (
        <SoftButton loading={busy} onClick={() => void turnOn()}>
          {t('push.turnOn')}
        </SoftButton>
      ) : null}
      {state === 'on' ? (
        <>
          <Button type="text" disabled={busy} onClick={() => void test()}>
            {t('push.test')}
          </Button>
          <Button disabled={busy} onClick={() => void turnOff()}>
            {t('push.turnOff')}
          </Button>
        </>
      ) : null}
      {state === 'blocked' ? <Tag tone="warn">{t('push.isBlocked')}</Tag> : null}
    </Setting>
  );
}

function OtherDevice({ device: { id, name, created_at, last_used_at } }: { device: PushDevice }) {
  const { t, i18n } = useTranslation('notify');
  const { attempt, busy } = useAttempt();
  return (
    <Setting
      name={name || t('push.other')}
      detail={
        last_used_at === null
          ? t('push.since', { at: stamp(created_at, i18n.language) })
          : t('push.used', { at: stamp(last_used_at, i18n.language) })
      }
    >
      <IconButton
        icon={Trash2}
        label={t('push.forget', { name: name || t('push.other') })}
        disabled={busy}
        onClick={() => void attempt(() => forgetDevice(id))}
      />
    </Setting>
  );
}
