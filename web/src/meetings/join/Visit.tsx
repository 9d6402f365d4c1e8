/** One visit to a meeting: pre-join, the call, the end, and again. Owns the session while it lasts. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { Activity, lazy, Suspense, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { EventLine, events, type Member } from '@/api';
import { meetingOverlays } from '@/app';
import { holdSharing, recall, remember, useStore } from '@/lib';
import { Notices } from '@/notify';
import { enter, findMembers, hostActs, type MeetingDoor, meetingQuery } from '../api';
import { isOn } from '../call/inside';
import { OwnDevices } from '../call/own';
import { readPreferences } from '../call/preferences';
import { CallSession } from '../call/session';
import type { CallState } from '../call/state';
import { CallView } from '../call/views/CallView';
import type { Surroundings } from '../call/views/context';
import { type Joining, PreJoin } from '../prejoin/PreJoin';
import { Closed, type WhyClosed } from './Closed';
import { Ended } from './Ended';
import { exposeCall } from './expose';
import { interruptedStay, noteStay } from './stay';

const IncomingCalls = lazy(() => import('../incoming/IncomingCalls'));

type Props = { door: MeetingDoor; me: Member | null; officeName: string; onLookAgain: () => void };

export function Visit(props: Props) {
  const { door, me } = props;
  const [round, setRound] = useState(0);
  const [entered, setEntered] = useState(false);
  // Nobody is thrown out of a call because the door has closed behind them.
  const closed = entered ? null : closedFor(door, me);
  if (closed) return <Closed why={closed} next={`/m/${door.number}`} />;
  return (
    <Round
      key={round}
      {...props}
      first={round === 0}
      onEnter={() => setEntered(true)}
      onAgain={() => {
        props.onLookAgain();
        setEntered(false);
        setRound(round + 1);
      }}
    />
  );
}

function closedFor(door: MeetingDoor, me: Member | null): WhyClosed | null {
  if (door.state === 'cancelled') return 'cancelled';
  if (door.state === 'ended') return 'ended';
  if (!me && !door.guests_allowed) return 'noGuests';
  return null;
}

type RoundProps = Props & { first: boolean; onEnter: () => void; onAgain: () => void };

function Round({ door, me, officeName, first, onEnter, onAgain }: RoundProps) {
  const router = useRouter();
  const wish = (useSearch({ strict: false }) as { join?: string }).join;
  const { own, session, meetingId, setName } = useSession(door, me);
  const call = useStore(session, (state) => state);
  const isShown = isOn(call.share);
  useEffect(() => (isShown ? holdSharing() : undefined), [isShown]);
  useDocument(call);
  const join = ({ name }: Joining) => {
    session.clock.click();
    if (name !== null) remember('guest-name', name);
    setName(name);
    onEnter();
    void session.join(own);
  };

  // An answered call has already said yes, and so has whoever reloads: in at once, while the devices open.
  const [stay] = useState(() => (first ? interruptedStay(door.number) : null));
  const answered = first && me !== null && (wish === 'video' || wish === 'audio');
  const atOnce = answered || stay !== null;
  const joinAtOnce = useEffectEvent(() => {
    void own.open(stay ?? (wish === 'audio' ? { camera: false } : {}));
    join({ name: me ? null : (recall('guest-name') ?? '') });
  });
  useEffect(() => {
    session.prepare(window.location.origin);
    if (atOnce) joinAtOnce();
    else void own.open();
  }, [atOnce, own, session]);
  useStay(door.number, call);

  if (call.connection === 'ended')
    return (
      <>
        <Ended call={call} member={me !== null} onAgain={onAgain} onHome={() => router.history.push('/')} />
        {me ? <EventLine /> : null}
      </>
    );
  const inside = call.joinedAt !== null;
  return (
    <>
      {/* Drawn unseen while the person looks at the preview: on the way in there is only the news to draw. */}
      <Activity mode={inside ? 'visible' : 'hidden'}>
        <Meeting session={session} meetingId={meetingId} member={me !== null} />
      </Activity>
      {inside ? null : (
        <PreJoin
          meeting={door}
          officeName={officeName}
          me={me}
          guestName={recall('guest-name') ?? ''}
          own={own}
          busy={atOnce || call.connection !== 'idle'}
          onJoin={join}
          signInHref={`/sign-in?next=${encodeURIComponent(`/m/${door.number}`)}`}
        />
      )}
      {me ? (
        <Suspense fallback={null}>
          {call.share === 'on' ? null : (
            <>
              <IncomingCalls />
              <Notices apart={inside} />
            </>
          )}
          {/* They hear what happens while the screen is shown, too, and hide themselves as long as it is. */}
          {meetingOverlays().map(({ id, Overlay }) => (
            <Overlay key={id} />
          ))}
          <EventLine />
        </Suspense>
      ) : null}
    </>
  );
}

/** The devices and the session of one round; both end with it. */
function useSession(door: MeetingDoor, me: Member | null) {
  const [meetingId, setMeetingId] = useState<string | null>(null);
  const name = useRef<string | null>(null);
  const [parts] = useState(() => {
    const preferences = readPreferences();
    const own = new OwnDevices(preferences);
    let id = '';
    const link = `${window.location.origin}/m/${door.number}`;
    const facts = { number: door.number, title: door.title, startedAt: door.started_at, link };
    const session = new CallSession({
      preferences,
      facts,
      admit: async () => {
        const joined = await enter(door.number, me ? null : name.current);
        id = joined.meeting_id;
        setMeetingId(id);
        const url = joined.url || window.location.origin.replace(/^http/, 'ws');
        const { mute_on_entry, locked, title, started_at } = joined.meeting;
        return {
          url,
          token: joined.token,
          muteOnEntry: mute_on_entry,
          facts: { id, title, startedAt: started_at, locked },
        };
      },
      acts: hostActs(() => id),
      now: Date.now,
      chance: Math.random,
      id: () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
    });
    return { own, session };
  });
  useEffect(() => {
    const hide = exposeCall(parts.session);
    return () => {
      hide();
      parts.own.close();
      void parts.session.leave();
    };
  }, [parts]);
  return { ...parts, meetingId, setName: (given: string | null) => (name.current = given) };
}

/** Notes the stay while it lasts; leaving by any way but a reload ends it. */
function useStay(number: string, { connection, microphone, camera }: CallState): void {
  const inside = connection === 'joined' || connection === 'resuming' || connection === 'rejoining';
  useEffect(() => {
    if (inside) noteStay({ number, microphone: isOn(microphone), camera: isOn(camera) });
  }, [inside, number, microphone, camera]);
  useEffect(() => {
    if (inside) return () => noteStay(null);
  }, [inside]);
}

type MeetingProps = { session: CallSession; meetingId: string | null; member: boolean };

function Meeting({ session, meetingId, member }: MeetingProps) {
  const client = useQueryClient();
  const { data } = useQuery({ ...meetingQuery(meetingId ?? ''), enabled: member && meetingId !== null });
  const invitees = data?.invitees;
  useEffect(
    () =>
      events.on((event) => {
        if (event.type === 'meetings.changed' && event.meeting_id === meetingId)
          void client.invalidateQueries({ queryKey: meetingQuery(event.meeting_id).queryKey });
        if (event.type !== 'meetings.call_ended' || event.meeting_id !== meetingId) return;
        const callee = invitees?.find((one) => one.id === event.callee_id);
        if (event.reason === 'declined' && callee) session.callDeclined(callee.name, event.message);
      }),
    [client, invitees, meetingId, session],
  );
  const surroundings = useMemo<Surroundings>(
    () => ({
      invitees: (invitees ?? []).map(({ id, name, avatar_url }) => ({
        id,
        name,
        avatarUrl: avatar_url,
      })),
      findPeople: member
        ? async (words) =>
            (await findMembers(words)).map(({ id, name, avatar_url }) => ({
              id,
              name,
              avatarUrl: avatar_url,
            }))
        : null,
    }),
    [invitees, member],
  );
  return <CallView call={session} surroundings={surroundings} />;
}

/** The page's title says which meeting this is. */
function useDocument(call: CallState): void {
  const { title } = call.meeting;
  useEffect(() => {
    const before = document.title;
    document.title = title;
    return () => {
      document.title = before;
    };
  }, [title]);
}
