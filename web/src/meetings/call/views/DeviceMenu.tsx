/** The arrow beside microphone and camera: which device, and how it is used. */
import { Dropdown, type MenuProps } from 'antd';
import { ChevronUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { canChooseSpeaker } from '../own';
import type { CameraQuality, DeviceKind, Devices } from '../state';
import styles from './ControlBar.module.css';
import { useCall, useCallState } from './context';

const QUALITIES: readonly CameraQuality[] = ['auto', '1080', '720', '360'];
type Items = NonNullable<MenuProps['items']>;

export function DeviceMenu({ what }: { what: 'microphone' | 'camera' }) {
  const call = useCall();
  const { t } = useTranslation('meetings');
  const devices = useCallState((state) => state.devices);
  const quality = useCallState((state) => state.cameraQuality);
  const music = useCallState((state) => state.musicMode);
  const group = (kind: DeviceKind): Items[number] => ({
    type: 'group',
    label: t(`call.device.${kind}`),
    children: deviceItems(devices, kind, t('call.device.none')),
  });
  const sound: Items = [
    group('microphone'),
    ...(canChooseSpeaker() ? [group('speaker')] : []),
    { type: 'divider' },
    { key: 'music', label: t('call.device.music'), title: t('call.device.musicHint') },
  ];
  const picture: Items = [
    group('camera'),
    {
      type: 'group',
      label: t('call.device.quality'),
      children: QUALITIES.map((one) => ({ key: `quality:${one}`, label: t(`call.device.quality${one}`) })),
    },
  ];
  const selected = [
    ...(['microphone', 'speaker', 'camera'] as const).map((kind) => `${kind}:${devices.chosen[kind]}`),
    `quality:${quality}`,
    ...(music ? ['music'] : []),
  ];
  return (
    <Dropdown
      trigger={['click']}
      placement="topLeft"
      menu={{
        items: what === 'microphone' ? sound : picture,
        selectable: true,
        multiple: true,
        selectedKeys: selected,
        style: { maxWidth: 340 },
        onClick: ({ key }) => {
          const at = key.indexOf(':');
          const [kind, id] = [key.slice(0, at), key.slice(at + 1)];
          if (key === 'music') void call.setMusicMode(!music);
          else if (kind === 'quality') void call.setCameraQuality(id as CameraQuality);
          else void call.chooseDevice(kind as DeviceKind, id);
        },
      }}
    >
      <button type="button" className={styles.arrow} aria-label={t(`call.device.choose.${what}`)}>
        <ChevronUp size={14} strokeWidth={1.75} aria-hidden="true" />
      </button>
    </Dropdown>
  );
}

function deviceItems(devices: Devices, kind: DeviceKind, none: string): Items {
  const list = devices.lists[kind];
  if (list.length === 0) return [{ key: `none-${kind}`, label: none, disabled: true }];
  return list.map((one) => ({ key: `${kind}:${one.id}`, label: one.label || one.id.slice(0, 8) }));
}
