/** Everything that lives as long as somebody is signed in: the realtime socket and the capabilities' overlays. */
import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useEffect, useMemo } from 'react';
import { EventLine, meKey, meQuery, onSignedOut, useConnection, useMaybeMe } from '@/api';
import { useEvent } from '@/lib';
import { ActsContext } from '../acts';
import { capabilities } from '../capabilities';
import type { Acts } from '../capability';
import { ConnectionBanner } from './ConnectionBanner';
import { KeySheet } from './KeySheet';
import { Palette } from './Palette';

const overlays = capabilities.flatMap((capability) =>
  capability.overlay ? [{ id: capability.id, Overlay: lazy(capability.overlay) }] : [],
);

/** Finds whoever does an act, when it is asked for. */
async function actor<A extends keyof Acts>(name: A): Promise<NonNullable<Acts[A]>> {
  for (const capability of capabilities) {
    const found = (await capability.acts?.())?.[name];
    if (found) return found;
  }
  throw new Error(`no capability does ${name}`);
}

const acts: Required<Acts> = {
  callPeople: async (...asked) => (await actor('callPeople'))(...asked),
  callAbout: async (...asked) => (await actor('callAbout'))(...asked),
  share: async (...asked) => (await actor('share'))(...asked),
  messagePerson: async (...asked) => (await actor('messagePerson'))(...asked),
  messagePeople: async (...asked) => (await actor('messagePeople'))(...asked),
  messageDepartment: async (...asked) => (await actor('messageDepartment'))(...asked),
  slashCommands: async (...asked) => (await actor('slashCommands'))(...asked),
  runSlashCommand: async (...asked) => (await actor('runSlashCommand'))(...asked),
  pressButton: async (...asked) => (await actor('pressButton'))(...asked),
};

function Acting({ children }: { children: ReactNode }) {
  const value = useMemo(() => acts, []);
  return <ActsContext value={value}>{children}</ActsContext>;
}

/** The office cuts the line of a device that was signed out elsewhere: whether that was it is asked at once. */
function useLostLine() {
  const client = useQueryClient();
  const connection = useConnection();
  useEffect(() => {
    if (connection === 'lost') void client.invalidateQueries({ queryKey: meKey });
  }, [connection, client]);
}

/** The session ended elsewhere: back to the sign-in, and then back here. */
function useSignedOutElsewhere() {
  const client = useQueryClient();
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location.href });
  const leave = useEvent(() => {
    if (!client.getQueryData(meKey)) return;
    client.setQueryData(meQuery.queryKey, null);
    void navigate({ to: '/sign-in', search: { next: here } as never });
  });
  useEffect(() => onSignedOut(leave), [leave]);
}

export function SignedIn() {
  const me = useMaybeMe();
  useLostLine();
  useSignedOutElsewhere();
  if (!me) return null;
  return (
    <Acting>
      <ConnectionBanner />
      <Outlet />
      <Suspense fallback={null}>
        {overlays.map(({ id, Overlay }) => (
          <Overlay key={id} />
        ))}
        <EventLine />
      </Suspense>
      <Palette />
      <KeySheet />
    </Acting>
  );
}
