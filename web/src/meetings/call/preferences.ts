/** What this device remembers between calls: on or off, which devices, how the stage looks. */
import { recall, remember } from '@/lib';
import {
  type CameraQuality,
  CORNERS,
  type Corner,
  type DeviceKind,
  type Layout,
  type SelfView,
} from './state';

export interface Preferences {
  readonly microphoneOn: boolean;
  readonly cameraOn: boolean;
  readonly device: Readonly<Record<DeviceKind, string | null>>;
  readonly layout: Layout;
  readonly selfView: SelfView;
  readonly selfCorner: Corner;
  readonly cameraQuality: CameraQuality;
}

export function readPreferences(): Preferences {
  return {
    microphoneOn: recall('call.microphone') !== 'off',
    cameraOn: recall('call.camera') !== 'off',
    device: {
      microphone: recall('call.device.microphone'),
      camera: recall('call.device.camera'),
      speaker: recall('call.device.speaker'),
    },
    layout: one(recall('call.layout'), ['grid', 'speaker']),
    selfView: one(recall('call.self-view'), ['auto', 'tile', 'float', 'hidden']),
    selfCorner: one(recall('call.self-corner'), CORNERS),
    cameraQuality: one(recall('call.quality'), ['auto', '1080', '720', '360']),
  };
}

export const rememberMedia = (what: 'microphone' | 'camera', on: boolean): void =>
  remember(`call.${what}`, on ? 'on' : 'off');

export const rememberDevice = (kind: DeviceKind, id: string): void => remember(`call.device.${kind}`, id);

export const rememberView = (what: 'layout' | 'self-view' | 'self-corner' | 'quality', value: string): void =>
  remember(`call.${what}`, value);

/** The stored text if it is one of those known today, else the first of them. */
function one<T extends string>(text: string | null, known: readonly [T, ...T[]]): T {
  return known.find((each) => each === text) ?? known[0];
}
