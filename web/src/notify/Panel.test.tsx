/** The list as people use it, against an office that answers from memory. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Notice } from '@/api';
import { ToastProvider } from '@/ui';
import ui from '@/ui/i18n/en.json';
import words from './i18n/en.json';
import Panel from './Panel';

const went: string[] = [];
vi.mock('@tanstack/react-router', async (original) => ({
  ...(await original<object>()),
  useRouter: () => ({ history: { push: (path: string) => went.push(path) } }),
}));
// The shell and its capabilities are not what is looked at here.
vi.mock('@/app', async () => {
  const { Bell } = await import('lucide-react');
  return { noticeIcon: () => Bell };
});
vi.setConfig({ testTimeout: 60_000 });

let kept: Notice[] = [];
let asked: string[] = [];
let isDown = false;

/** What the office would answer. */
async function office(path: string, init?: RequestInit): Promise<Response> {
  const what = `${init?.method} ${path.split('/').slice(3).join('/')}`;
  asked.push(what);
  if (isDown) return new Response(JSON.stringify({ code: 'internal', message: 'Down' }), { status: 503 });
  const answer = (body: unknown) => new Response(JSON.stringify(body), { status: 200 });
  if (what === 'GET notices') {
    const unread = kept.filter(({ read }) => !read).length;
    return answer({ notices: kept, next_cursor: null, unread });
  }
  if (what === 'POST notices/read') {
    const { ids, up_to } = JSON.parse(String(init?.body)) as { ids?: string[]; up_to?: string };
    const meant = kept.filter(({ id, read }) => !read && (up_to ? id <= up_to : ids?.includes(id)));
    kept = kept.map((notice) => (meant.includes(notice) ? { ...notice, read: true } : notice));
    return answer({ ids: meant.map(({ id }) => id), unread: kept.filter(({ read }) => !read).length });
  }
  return new Response(null, { status: 204 });
}

const notice = (id: string, title: string): Notice => ({
  id,
  kind: 'meetings.invited',
  subject: `meetings:${id}`,
  title,
  link: `/meetings?meeting=${id}`,
  data: {},
  actor: null,
  times: 1,
  told_at: Date.now(),
  read: false,
});

beforeAll(async () => {
  await i18next
    .use(initReactI18next)
    .init({ lng: 'en', resources: { en: { notify: words, ui } }, fallbackLng: false });
  vi.stubGlobal('fetch', office);
});
beforeEach(() => {
  kept = [notice('2', 'Glaze'), notice('1', 'Kiln')];
  asked = [];
  isDown = false;
  went.length = 0;
});
afterEach(cleanup);

function show(onClose = () => undefined) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <Panel onClose={onClose} />
      </ToastProvider>
    </QueryClientProvider>,
  );
}

const row = (title: string) => screen.findByRole('button', { name: new RegExp(title) });
const marks = () => screen.queryAllByText('Unread').length;

describe('the list of notices', () => {
  it('leads to what a notice is about and marks it read', async () => {
    const close = vi.fn();
    show(close);
    await userEvent.click(await row('Glaze'));
    expect([went, close.mock.calls.length]).toEqual([['/meetings?meeting=2'], 1]);
    await waitFor(() => expect(asked).toContain('POST notices/read'));
    expect(marks()).toBe(1);
  });

  it('reads all, and takes it back', async () => {
    show();
    await row('Glaze');
    await userEvent.click(screen.getByRole('button', { name: 'Mark all read' }));
    await waitFor(() => expect(marks()).toBe(0));
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(asked).toContain('POST notices/unread'));
  });

  it('is walked with the arrows, removed from with Delete, and brings back', async () => {
    show();
    (await row('Glaze')).focus();
    await userEvent.keyboard('{ArrowDown}');
    expect(document.activeElement).toBe(await row('Kiln'));
    await userEvent.keyboard('{Delete}');
    await waitFor(() => expect(screen.queryByRole('button', { name: /Kiln/ })).toBeNull());
    await userEvent.click(await screen.findByRole('button', { name: 'Undo' }));
    await waitFor(() => expect(asked).toContain('POST notices/1/restore'));
    expect(await row('Kiln')).toBeTruthy();
  });

  it('says that there is nothing, and that it could not be asked', async () => {
    kept = [];
    show();
    expect(await screen.findByText('No notices.')).toBeTruthy();
    cleanup();
    isDown = true;
    show();
    const alert = within(await screen.findByRole('alert'));
    isDown = false;
    kept = [notice('3', 'Wheel')];
    await userEvent.click(alert.getByRole('button', { name: 'Retry' }));
    expect(await row('Wheel')).toBeTruthy();
  });
});
