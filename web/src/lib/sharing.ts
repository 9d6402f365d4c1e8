/**
 * Whether this device shows its screen to others: then nothing may pop up on it, in no window and not from
 * the service worker. The sharing window holds a lock of the browser, which ends with the window whatever
 * becomes of it; the service worker asks for the same name (`public/sw.js`).
 */
import { useEffect, useState } from 'react';

const lockName = 'hutong.sharing';
const lookAgainMs = 2_000;

let shares = 0;
/** Whoever draws something that must go away at once. */
const watching = new Set<() => void>();

const tell = () => {
  for (const look of [...watching]) look();
};

/** Holds the mark until the returned function is called. */
export function holdSharing(): () => void {
  shares += 1;
  tell();
  let end: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    end = resolve;
  });
  void navigator.locks?.request(lockName, { mode: 'shared' }, () => held).catch(() => undefined);
  return () => {
    shares -= 1;
    end();
    tell();
  };
}

/** Whether any window of this device shares its screen. */
export async function isSharing(): Promise<boolean> {
  if (shares > 0) return true;
  try {
    const { held = [] } = (await navigator.locks?.query()) ?? {};
    return held.some(({ name }) => name === lockName);
  } catch {
    return false;
  }
}

/** The same for what is drawn: true until it is known that nobody sees this screen. */
export function useSharing(on: boolean): boolean {
  const [sharing, setSharing] = useState(true);
  useEffect(() => {
    if (!on) return;
    let wanted = true;
    const look = () => {
      if (shares > 0) setSharing(true);
      void isSharing().then((is) => wanted && setSharing(is));
    };
    look();
    const timer = setInterval(look, lookAgainMs);
    watching.add(look);
    return () => {
      wanted = false;
      watching.delete(look);
      clearInterval(timer);
      setSharing(true);
    };
  }, [on]);
  return on && sharing;
}
