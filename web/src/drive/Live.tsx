/** What of the drive lives as long as somebody is signed in: uploads, their tray, and the viewer over every screen. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useMe } from '@/api';
import { driveKey } from './api';
import { uploads, useUploads } from './upload/session';
import { Tray } from './upload/Tray';
import { isUnderway } from './upload/upload';
import { Viewer } from './viewer/Viewer';

const warmAfterMs = 3_000;

export default function Live() {
  const client = useQueryClient();
  const me = useMe().member.id;
  const underway = useUploads((all) => all.some(isUnderway));

  useEffect(() => {
    const hurry = () => uploads.hurry();
    window.addEventListener('online', hurry);
    const stop = uploads.onArrival(({ place }) => {
      if (!('conversation' in place)) void client.invalidateQueries({ queryKey: driveKey });
    });
    return () => {
      window.removeEventListener('online', hurry);
      stop();
    };
  }, [client]);

  // Whoever loses the network later can still choose files.
  useEffect(() => {
    const timer = setTimeout(() => void import('./upload/tus').catch(() => undefined), warmAfterMs);
    return () => clearTimeout(timer);
  }, []);

  // What somebody else had begun here is not finished in another name.
  const whose = useRef(me);
  useEffect(() => {
    if (whose.current !== me) uploads.end();
    whose.current = me;
  }, [me]);

  // Leaving the page would cut them off.
  useEffect(() => {
    if (!underway) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [underway]);

  return (
    <>
      <Tray />
      <Viewer />
    </>
  );
}
