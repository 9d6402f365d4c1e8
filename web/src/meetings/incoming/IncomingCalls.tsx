/** Whoever rings: a card at the top right, the whole screen on a phone. Gone as soon as any device answers. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { type Call, useConnection, useServerEvent } from '@/api';
import { notify, useSharing } from '@/lib';
import { useQuiet } from '@/notify';
import { acceptCall, callsQuery, declineCall, meetingsKey } from '../api';
import { IncomingCard } from './IncomingCard';
import { startRinging } from './ringtone';

/** The office stops a call itself; this is for a device that did not hear so. */
const RINGS_MAX_MS = 75_000;

export default function IncomingCalls() {
  const client = useQueryClient();
  const router = useRouter();
  const { t } = useTranslation('meetings');
  const connection = useConnection();
  const isQuiet = useQuiet();
  const { data: calls = [] } = useQuery(callsQuery);
  const change = (make: (calls: Call[]) => Call[]) =>
    client.setQueryData<Call[]>(callsQuery.queryKey, (before) => make(before ?? []));
  const forget = (id: string) => change((all) => all.filter((one) => one.id !== id));

  useServerEvent('meetings.call', ({ call }) =>
    change((all) => [...all.filter((one) => one.id !== call.id), call]),
  );
  useServerEvent('meetings.call_ended', ({ call_id }) => forget(call_id));
  useServerEvent('meetings.changed', () => void client.invalidateQueries({ queryKey: meetingsKey }));

  // What rang while the socket was away is asked for when it returns.
  const ask = useEffectEvent(() => void client.invalidateQueries({ queryKey: callsQuery.queryKey }));
  useEffect(() => {
    if (connection === 'open') ask();
  }, [connection]);

  const call = calls[0];
  // Whoever is shown this screen sees no card and hears no ring.
  const sharing = useSharing(call !== undefined);
  const ringing = sharing ? undefined : call?.id;
  const stop = useEffectEvent(() => ringing && forget(ringing));
  // Whoever does not want to be disturbed sees the card and hears nothing.
  const ring = useEffectEvent(() => {
    if (!call || isQuiet()) return () => undefined;
    const silence = startRinging();
    const title = t('incoming.label', { name: call.caller.name });
    const takeAway = notify(title, { body: call.meeting.title, tag: `meetings.call:${call.id}` });
    return () => {
      silence();
      takeAway();
    };
  });
  useEffect(() => {
    if (!ringing) return;
    const silence = ring();
    const timer = setTimeout(stop, RINGS_MAX_MS);
    return () => {
      silence();
      clearTimeout(timer);
    };
  }, [ringing]);

  if (!call || sharing) return null;
  /** A list asked for before the office knows of the answer would bring the call back; it is asked for again after. */
  const settle = async (act: () => Promise<unknown>) => {
    await client.cancelQueries({ queryKey: callsQuery.queryKey });
    forget(call.id);
    await act().catch(() => undefined);
    void client.invalidateQueries({ queryKey: callsQuery.queryKey });
  };
  const answer = (how: 'video' | 'audio') => {
    void settle(() => acceptCall(call.id));
    router.history.push(`/m/${call.meeting.number}?join=${how}`);
  };
  const decline = (message?: string) => {
    void settle(() => declineCall(call.id, message));
  };
  return (
    <IncomingCard key={call.id} call={call} others={calls.length - 1} onAnswer={answer} onDecline={decline} />
  );
}
