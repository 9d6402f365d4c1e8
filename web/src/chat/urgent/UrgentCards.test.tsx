/** The card of an urgent message: before its reader at once, and never on a screen that is shown to others. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Urgent } from '@/api';
import { holdSharing } from '@/lib';
import { ToastProvider } from '@/ui';
import ui from '@/ui/i18n/en.json';
import words from '../i18n/en.json';
import { sampleMessage } from '../sample';
import InMeeting from './InMeeting';
import { UrgentCards } from './UrgentCards';

vi.setConfig({ testTimeout: 60_000 });

const went: string[] = [];
let waiting = ['me'];

vi.mock('@/meetings', () => ({ startRinging: () => () => undefined }));
vi.mock('@/notify', () => ({ useQuiet: () => () => true }));
vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<object>()),
  useRouter: () => ({ history: { push: (path: string) => went.push(path) } }),
}));
vi.mock('../session', () => ({
  useSession: () => ({ store: { me: 'me' } }),
  useChat: () => undefined,
  usePerson: () => undefined,
}));
vi.mock('../names', () => ({ useName: () => 'Li Na', useNameOf: () => () => 'Li Na' }));

const urgent: Urgent = {
  id: 'u',
  message: sampleMessage({ text: 'The kiln is too hot', seq: 7 }),
  conversation_id: 'room',
  by: 'li',
  at: 0,
  repeat_minutes: null,
  confirmed: [],
  waiting,
  ended_at: null,
};

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { chat: words, ui } },
    interpolation: { escapeValue: false },
  });
  vi.stubGlobal('fetch', async (_: string, { method = 'GET' }: RequestInit = {}) => {
    if (method === 'GET') return Response.json({ urgent: [{ ...urgent, waiting }], next: null });
    waiting = [];
    return new Response(null, { status: 204 });
  });
});
beforeEach(() => {
  went.length = 0;
  waiting = ['me'];
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const arrive = (what: React.ReactNode) =>
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>{what}</ToastProvider>
    </QueryClientProvider>,
  );

const card = () => screen.queryByText('The kiln is too hot');

it('waits over a meeting until the screen is shown no more', async () => {
  const release = holdSharing();
  arrive(<InMeeting />);
  await act(() => new Promise((done) => setTimeout(done, 100)));
  expect(card()).toBeNull();
  release();
  await waitFor(() => expect(card()).not.toBeNull(), { timeout: 10_000 });
});

it('goes away at once when its screen begins to be shown', async () => {
  arrive(<InMeeting />);
  await waitFor(() => expect(card()).not.toBeNull());
  let release: () => void = () => undefined;
  act(() => {
    release = holdSharing();
  });
  expect(card()).toBeNull();
  act(() => release());
});

it('is looked at beside the meeting, and confirmed in it', async () => {
  const opened = vi.spyOn(window, 'open').mockReturnValue(null);
  arrive(<InMeeting />);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: words.urgent.look }));
  expect(opened).toHaveBeenCalledWith('/chat/room?at=7', '_blank', 'noopener');
  expect(went).toEqual([]);
  await user.click(screen.getByRole('button', { name: words.urgent.confirm }));
  await waitFor(() => expect(card()).toBeNull());
});

it('is looked at in the same window elsewhere', async () => {
  arrive(<UrgentCards />);
  await userEvent.setup().click(await screen.findByRole('button', { name: words.urgent.look }));
  expect(went).toEqual(['/chat/room?at=7']);
});
