/** Mounted while somebody is signed in: opens what a push leads to, keeps the worker’s words and the office’s address of this device fresh. */
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { deviceName, useEvent } from '@/lib';
import { tellSubscription } from './api';
import { canPush, currentSubscription } from './device';
import { leaveWords } from './words';

export function Pushes(): null {
  const router = useRouter();
  const { i18n } = useTranslation();
  const { language } = i18n;
  const heard = useEvent((event: MessageEvent) => {
    const { type, path } = (event.data ?? {}) as { type?: string; path?: string };
    if (type === 'open' && path?.startsWith('/')) router.history.push(path);
  });
  useEffect(() => {
    if (!canPush()) return;
    navigator.serviceWorker.addEventListener('message', heard);
    return () => navigator.serviceWorker.removeEventListener('message', heard);
  }, [heard]);
  useEffect(() => {
    if (!canPush()) return;
    void currentSubscription().then((subscription) => subscription && leaveWords(language));
  }, [language]);
  // Whoever signs in anew on this device goes on being pushed to here.
  useEffect(() => {
    void currentSubscription().then(
      (subscription) => subscription && tellSubscription(subscription, deviceName()).catch(() => undefined),
    );
  }, []);
  return null;
}
