/** Whom the list of mentions offers: among others those who have not read one’s newest message. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Message } from '@/api';
import { chatSettingsQuery } from '../api';
import words from '../i18n/en.json';
import { sampleConversation, sampleMessage } from '../sample';
import { type Candidate, MentionList, useCandidates } from './MentionList';

vi.setConfig({ testTimeout: 60_000 });

let count = 0;
let messages: Message[] = [];
const membership = (member_id: string, read_seq: number) => ({
  member_id,
  role: 'member' as const,
  nickname: '',
  read_seq,
  joined_seq: 0,
});
const person = (id: string) => ({ id, name: `P${id}`, title: null, avatar_url: null, presence: 'offline' });

vi.mock('../session', () => {
  const numbers = () => Array.from({ length: count }, (_, at) => `${at + 1}`);
  return {
    // Of the others, whoever has an odd number has read everything.
    useChat: (select: (state: object) => unknown) =>
      select({
        rosters: {
          room: {
            members: [membership('me', 9), ...numbers().map((id) => membership(id, Number(id) % 2 ? 9 : 1))],
            people: [],
          },
        },
        windows: { room: { messages } },
        guesses: {},
        hidden: {},
      }),
    usePeople: (select: (all: object) => unknown) =>
      select(Object.fromEntries(numbers().map((id) => [id, person(id)]))),
  };
});
vi.mock('../sync/state', () => ({ messagesOf: () => messages }));
vi.mock('../thread/context', () => ({
  useOpen: () => ({ conversation: sampleConversation(), me: 'me' }),
}));

const picked: Candidate[] = [];

function List({ typed }: { typed: string | null }) {
  const people = useCandidates(typed);
  return (
    <MentionList people={people} chosen={null} onPick={(one) => picked.push(one)} onPoint={() => undefined} />
  );
}

function offered(typed: string | null, others: number, read_lists = true): string[] {
  cleanup();
  count = others;
  const client = new QueryClient();
  client.setQueryData(chatSettingsQuery.queryKey, { read_lists, link_previews: false });
  client.setDefaultOptions({ queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } });
  render(
    <QueryClientProvider client={client}>
      <List typed={typed} />
    </QueryClientProvider>,
  );
  return screen.queryAllByRole('option').map((row) => row.textContent ?? '');
}

beforeAll(async () => {
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ members: [], next_cursor: null })));
  await i18next
    .use(initReactI18next)
    .init({ lng: 'en', resources: { en: { chat: words } }, interpolation: { escapeValue: false } });
});
afterEach(cleanup);

describe('those who have not read', () => {
  it('are offered with their number, and mentioned by name', async () => {
    messages = [sampleMessage({ seq: 5, sender_id: 'me' }), sampleMessage({ seq: 6, sender_id: '1' })];
    const row = 'unread2 people have not read your last message';
    expect(offered('un', 4)).toEqual([row]);
    expect(offered('', 4)).toContain(row);
    expect(offered('P2', 4)).not.toContain(row);
    offered('unread', 4);
    await userEvent.click(screen.getByRole('option'));
    expect(picked.at(-1)?.people?.map(({ name }) => name)).toEqual(['P2', 'P4']);
  });

  it('are twenty at most', async () => {
    expect(offered('unread', 50)).toEqual(['unreadThe first 20 of 25 who have not read it']);
    await userEvent.click(screen.getByRole('option'));
    expect(picked.at(-1)?.people).toHaveLength(20);
  });

  it('are not offered when there are none, when nothing was said, or when read lists are off', () => {
    expect(offered('unread', 1)).toEqual([]);
    expect(offered('unread', 4, false)).toEqual([]);
    messages = [sampleMessage({ seq: 5, sender_id: '1' })];
    expect(offered('unread', 4)).toEqual([]);
    messages = [sampleMessage({ seq: 5, sender_id: 'me', recalled_at: 6 })];
    expect(offered('unread', 4)).toEqual([]);
  });
});
