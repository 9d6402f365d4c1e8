/** What hosts decide for everyone. A switch shows the server's answer, not the wish. */
import { Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MeetingSettings } from '../state';
import { useCall, useCallState } from './context';
import { PanelHead } from './SidePanel';
import styles from './SidePanel.module.css';

const SWITCHES: readonly (keyof MeetingSettings)[] = [
  'guests_allowed',
  'mute_on_entry',
  'start_before_host',
  'locked',
];

export function HostPanel() {
  const { t } = useTranslation('meetings');
  const settings = useCallState((state) => state.meeting.settings);
  return (
    <>
      <PanelHead title={t('call.host.title')} />
      <div className={styles.body}>
        <div className={styles.form}>
          {SWITCHES.map((name) => (
            <Setting key={name} name={name} on={settings[name]} />
          ))}
        </div>
      </div>
    </>
  );
}

function Setting({ name, on }: { name: keyof MeetingSettings; on: boolean }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const [busy, setBusy] = useState(false);
  const change = async (wanted: boolean) => {
    setBusy(true);
    await call.changeSettings({ [name]: wanted });
    setBusy(false);
  };
  const id = `setting-${name}`;
  return (
    <label className={styles.switch} htmlFor={id}>
      <span>
        {t(`call.host.${name}`)}
        <small>{t(`call.host.${name}_hint`)}</small>
      </span>
      <Switch id={id} checked={on} loading={busy} onChange={(wanted) => void change(wanted)} />
    </label>
  );
}
