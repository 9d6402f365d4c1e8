/** Searching in a conversation: by words, and by who, what and when without any. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import ui from '@/ui/i18n/en.json';
import words from '../i18n/en.json';
import { sampleConversation, sampleMessage } from '../sample';
import { SearchPanel } from './SearchPanel';

vi.setConfig({ testTimeout: 60_000 });

const asked: URL[] = [];
let hits: unknown[] = [];

vi.mock('../session', () => ({
  useChat: (select: (state: object) => unknown) =>
    select({ rosters: { room: { members: [{ member_id: 'ben' }] } } }),
}));
vi.mock('../names', () => ({ useNames: () => () => 'Ben', useNameOf: () => () => 'Ben' }));
vi.mock('../thread/context', () => ({
  useOpen: () => ({ conversation: sampleConversation(), me: 'me', acts: { jump: () => undefined } }),
}));
const went: unknown[] = [];
vi.mock('../going', () => ({ useGo: () => (id: string, how: object) => went.push([id, how]) }));
vi.mock('@/org', () => ({ MemberPicker: () => null }));
vi.mock('../programs/Speaker', () => ({ SpeakerFace: () => null, useSpeaker: () => 'Ben' }));
vi.mock('../days/DayPicker', () => ({ DayPicker: () => null }));
vi.mock('./SidePanel', () => ({ PanelHead: () => null }));

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { chat: words, ui } } });
  vi.stubGlobal('fetch', async (url: string) => {
    asked.push(new URL(url, 'http://office.test'));
    return Response.json({ hits, next_cursor: null });
  });
});
afterEach(() => {
  cleanup();
  hits = [];
});

it('asks for all pictures of somebody without a word', async () => {
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SearchPanel onClose={() => undefined} />
    </QueryClientProvider>,
  );
  expect(screen.getByText('Find what was said')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Filters' }));
  for (const [list, choice] of [
    ['Kind', 'Pictures'],
    ['From', 'Ben'],
  ] as const) {
    fireEvent.mouseDown(screen.getByRole('combobox', { name: list }));
    fireEvent.click(await screen.findByTitle(choice));
  }
  await screen.findByText('Nothing like that was sent here');
  await waitFor(() => {
    const last = asked.at(-1)?.searchParams;
    expect(last?.get('kind')).toBe('image');
    expect(last?.get('from')).toBe('ben');
    expect(last?.get('conversation')).toBe('room');
    expect(last?.get('q') ?? '').toBe('');
  });
});

it('looks in all conversations, and goes to the one in which it is said', async () => {
  const user = userEvent.setup();
  hits = [
    {
      message: sampleMessage({ seq: 7, conversation_id: 'attic' }),
      conversation_title: 'Attic',
    },
  ];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SearchPanel onClose={() => undefined} />
    </QueryClientProvider>,
  );
  await user.click(screen.getByText('All chats'));
  await user.type(screen.getByRole('textbox', { name: 'Words said anywhere' }), 'brick');
  await user.click(await screen.findByText('Ben · Attic'));
  expect(went).toEqual([['attic', { at: 7 }]]);
  const last = asked.at(-1)?.searchParams;
  expect(last?.get('q')).toBe('brick');
  expect(last?.has('conversation')).toBe(false);
});
