/** Lists of microphones, cameras and speakers, what changed in them, and which one to use. Pure but for `readDevices`. */
import type { Device, DeviceKind, Devices } from './state';

export const DEVICE_KINDS: readonly DeviceKind[] = ['microphone', 'camera', 'speaker'];

export const browserKind: Readonly<Record<DeviceKind, MediaDeviceKind>> = {
  microphone: 'audioinput',
  camera: 'videoinput',
  speaker: 'audiooutput',
};

export async function readDevices(): Promise<Devices['lists']> {
  const found = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => [])) ?? [];
  return listsOf(found);
}

/** Browsers hide ids and labels until the person has allowed something; such entries are left out. */
export function listsOf(
  found: readonly Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>[],
): Devices['lists'] {
  const list = (kind: DeviceKind): Device[] =>
    found
      .filter(
        (one) => one.kind === browserKind[kind] && one.deviceId !== '' && one.deviceId !== 'communications',
      )
      .map((one) => ({ id: one.deviceId, label: tidyLabel(one.label) }));
  return { microphone: list('microphone'), camera: list('camera'), speaker: list('speaker') };
}

/** `Logitech BRIO (046d:085e)` is called `Logitech BRIO`. */
function tidyLabel(label: string): string {
  return label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/iu, '');
}

export interface DeviceChange {
  readonly kind: DeviceKind;
  readonly lost: Device | null;
  readonly found: Device | null;
  /** What to use now, when the device in use has gone. */
  readonly fallback: Device | null;
}

/** What a person should hear about after devices came or went. */
export function deviceChanges(before: Devices, lists: Devices['lists']): DeviceChange[] {
  return DEVICE_KINDS.flatMap((kind) => {
    const was = before.lists[kind];
    const is = lists[kind];
    if (was.length === 0) return [];
    const chosen = before.chosen[kind];
    const lost = was.find((one) => one.id === chosen && !is.some((other) => other.id === one.id)) ?? null;
    const found = is.find((one) => one.id !== 'default' && !was.some((other) => other.id === one.id)) ?? null;
    if (!lost && !found) return [];
    return [{ kind, lost, found, fallback: lost ? (is[0] ?? null) : null }];
  });
}

/** The remembered device if it is still there, else the browser's own choice. */
export function preferred(list: readonly Device[], remembered: string | null): string | null {
  return list.find((one) => one.id === remembered)?.id ?? list[0]?.id ?? null;
}
