/** Routes made of the capabilities' screens: some beside the rail, some with the whole window. */
import {
  type AnyRoute,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { meQuery, officeQuery } from '@/api';
import { capabilities } from './capabilities';
import type { Screen } from './capability';
import { NotFound, RouteFailure } from './NotFound';
import { queryClient } from './query';
import { Shell } from './shell/Shell';
import { SignedIn } from './shell/SignedIn';

/** Sends away whoever may not be here: to the set-up of a new office, or to the sign-in and back. */
async function guard(screen: Screen, href: string): Promise<void> {
  const office = await queryClient.ensureQueryData(officeQuery);
  if (!office.set_up && screen.path !== '/set-up') throw redirect({ to: '/set-up' as string });
  if (screen.access !== 'member') return;
  const me = await queryClient.ensureQueryData(meQuery);
  if (!me) throw redirect({ to: '/sign-in' as string, search: { next: href } as never });
}

const rootRoute = createRootRoute({ component: Outlet, notFoundComponent: NotFound });

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/chat' as string });
  },
});

const signedInRoute = createRoute({ getParentRoute: () => rootRoute, id: 'signed-in', component: SignedIn });
const shellRoute = createRoute({ getParentRoute: () => signedInRoute, id: 'shell', component: Shell });

function routeOf(screen: Screen): AnyRoute {
  const parent: AnyRoute =
    screen.frame === 'shell' ? shellRoute : screen.access === 'member' ? signedInRoute : rootRoute;
  return createRoute({
    getParentRoute: () => parent,
    path: screen.path,
    beforeLoad: ({ location }) => guard(screen, location.href),
    component: lazyRouteComponent(screen.load),
    errorComponent: RouteFailure,
  }) as unknown as AnyRoute;
}

const screens = capabilities.flatMap((capability) => capability.screens);
const of = (wanted: (screen: Screen) => boolean) => screens.filter(wanted).map(routeOf);

const tree = rootRoute.addChildren([
  homeRoute,
  ...of((screen) => screen.frame === 'bare' && screen.access === 'anyone'),
  signedInRoute.addChildren([
    ...of((screen) => screen.frame === 'bare' && screen.access === 'member'),
    shellRoute.addChildren(of((screen) => screen.frame === 'shell')),
  ]),
]);

/** Search parameters are plain texts: a number in a link stays the text it was. */
function stringifySearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  );
  const text = new URLSearchParams(parts.map(([name, value]) => [name, String(value)])).toString();
  return text ? `?${text}` : '';
}

export const router = createRouter({
  routeTree: tree,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailure,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch,
});
