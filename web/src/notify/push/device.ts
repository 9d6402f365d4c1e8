/** Pushes on this device: whether it can take them, and how it begins and ends to. Knows no React. */

export type PushState =
  /** This browser has no pushes. */
  | 'unsupported'
  /** It has them once the office stands on the home screen. */
  | 'install'
  /** The person or the browser has forbidden notices. */
  | 'blocked'
  | 'off'
  | 'on';

const workerPath = '/sw.js';

/** Phones of one maker push to installed pages alone. */
const isPhoneOfApple = (): boolean =>
  /iPhone|iPad/.test(navigator.userAgent) ||
  (navigator.platform === 'MacIntel' && navigator.maxTouchPoints > 1);
const isInstalled = (): boolean => window.matchMedia('(display-mode: standalone)').matches;

export const canPush = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window;

/** The bytes of a key as browsers want them. */
export function keyBytes(base64url: string): Uint8Array<ArrayBuffer> {
  const base64 = base64url.replace(/-/g, '+').replace(/_/g, '/');
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

const sameKey = (subscription: PushSubscription, key: Uint8Array): boolean => {
  const used = subscription.options.applicationServerKey;
  return used !== null && new Uint8Array(used).every((byte, at) => byte === key[at]);
};

const registered = async (): Promise<ServiceWorkerRegistration | undefined> =>
  navigator.serviceWorker.getRegistration('/').catch(() => undefined);

export async function currentSubscription(): Promise<PushSubscription | null> {
  if (!canPush()) return null;
  return (await (await registered())?.pushManager.getSubscription()) ?? null;
}

export async function pushState(): Promise<PushState> {
  if (!canPush()) return isPhoneOfApple() && !isInstalled() ? 'install' : 'unsupported';
  if (Notification.permission === 'denied') return 'blocked';
  return (await currentSubscription()) ? 'on' : 'off';
}

/** Asks the person if need be, and the browser for an address. Null when the person says no. */
export async function subscribe(publicKey: string): Promise<PushSubscription | null> {
  if ((await Notification.requestPermission()) !== 'granted') return null;
  await navigator.serviceWorker.register(workerPath, { scope: '/' });
  const { pushManager } = await navigator.serviceWorker.ready;
  const key = keyBytes(publicKey);
  const before = await pushManager.getSubscription();
  // Made with the key of another office, or of this one before it was set up anew.
  if (before && !sameKey(before, key)) await before.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
}

export async function unsubscribe(): Promise<void> {
  await (await currentSubscription())?.unsubscribe();
}
