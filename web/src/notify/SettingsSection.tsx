/** Of the page about oneself: which notices one wants, where, and when not. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Switch, TimePicker } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { NoticeSettings } from '@/api';
import { askForNotices, useNoticePermission } from '@/lib';
import { Failure, Setting, SettingGroup, SkeletonRows, SoftButton, useErrorWords, useToast } from '@/ui';
import { saveSettings, settingsQuery } from './api';
import { PushSettings } from './push/PushSettings';
import styles from './SettingsSection.module.css';
import { partsOf } from './words';

const stepMinutes = 15;

/** Shows a wish at once, and takes it back when the office refuses. */
function useWish() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const { queryKey } = settingsQuery;
  return async (wished: NoticeSettings) => {
    await client.cancelQueries({ queryKey });
    const before = client.getQueryData(queryKey);
    client.setQueryData(queryKey, wished);
    try {
      await saveSettings(wished);
    } catch (error) {
      client.setQueryData(queryKey, before);
      toast({ tone: 'failed', words: words(error) });
    }
  };
}

function SystemNotices() {
  const { t } = useTranslation('notify');
  const permission = useNoticePermission();
  return (
    <Setting name={t('system.name')} detail={t(`system.${permission}`)}>
      {permission === 'default' ? (
        <SoftButton onClick={() => void askForNotices()}>{t('system.allow')}</SoftButton>
      ) : null}
    </Setting>
  );
}

type WishProps = { settings: NoticeSettings; onWish: (wished: NoticeSettings) => void };

function QuietHours({ settings, onWish }: WishProps) {
  const { t } = useTranslation('notify');
  const { quiet } = settings;
  // Hours are meant on the clock of the device on which they are chosen.
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const wish = (change: Partial<NoticeSettings['quiet']>) =>
    onWish({ ...settings, quiet: { ...quiet, time_zone: here, ...change } });
  const hour = (which: 'from_minute' | 'to_minute', label: string) => (
    <TimePicker
      className={styles.hour}
      aria-label={label}
      value={dayjs().startOf('day').minute(quiet[which])}
      format="HH:mm"
      minuteStep={stepMinutes}
      allowClear={false}
      needConfirm={false}
      onChange={(time: Dayjs | null) => time && wish({ [which]: time.hour() * 60 + time.minute() })}
    />
  );
  return (
    <>
      <Setting name={t('quiet.name')} detail={t('quiet.detail')}>
        <Switch checked={quiet.on} aria-label={t('quiet.name')} onChange={(on) => wish({ on })} />
      </Setting>
      {quiet.on ? (
        <Setting
          name={t('quiet.hours')}
          detail={quiet.time_zone === here ? null : t('quiet.zone', { zone: quiet.time_zone })}
        >
          {hour('from_minute', t('quiet.from'))}
          <span aria-hidden="true">–</span>
          {hour('to_minute', t('quiet.to'))}
        </Setting>
      ) : null}
    </>
  );
}

function Kinds({ settings, onWish }: WishProps) {
  const { t } = useTranslation();
  const turn = (kind: string, on: boolean) =>
    onWish({
      ...settings,
      kinds: settings.kinds.map((one) => (one.kind === kind ? { kind, on } : one)),
    });
  return settings.kinds.map(({ kind, on }) => {
    const [capability, what] = partsOf(kind);
    const name = t(`${capability}:notices.names.${what}`);
    return (
      <Setting key={kind} name={name}>
        <Switch checked={on} aria-label={name} onChange={(wanted) => turn(kind, wanted)} />
      </Setting>
    );
  });
}

export default function SettingsSection() {
  const { t } = useTranslation('notify');
  const settings = useQuery(settingsQuery);
  const wish = useWish();
  const place = useRef<HTMLDivElement>(null);
  const here = Boolean(settings.data) && window.location.hash === '#notify';
  useEffect(() => {
    if (here) place.current?.scrollIntoView({ block: 'start' });
  }, [here]);
  const { data } = settings;
  return (
    <div ref={place} className={styles.place}>
      <SettingGroup title={t('title')}>
        <SystemNotices />
        <PushSettings />
        {settings.isError && !data ? (
          <Failure error={settings.error} onRetry={() => void settings.refetch()} compact />
        ) : null}
        {settings.isPending ? <SkeletonRows rows={3} height={60} avatar={false} /> : null}
        {data ? <QuietHours settings={data} onWish={(wished) => void wish(wished)} /> : null}
      </SettingGroup>
      {data ? (
        <SettingGroup title={t('kinds')}>
          <Kinds settings={data} onWish={(wished) => void wish(wished)} />
        </SettingGroup>
      ) : null}
    </div>
  );
}
