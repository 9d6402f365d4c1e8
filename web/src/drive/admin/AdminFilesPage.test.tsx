/** The page as administrators use it, against an office that answers from memory. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import type { ReactNode } from 'react';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { ToastProvider } from '@/ui';
import ui from '@/ui/i18n/en.json';
import words from '../i18n/en.json';
import AdminFilesPage from './AdminFilesPage';

vi.setConfig({ testTimeout: 60_000 });
// The frame and the list of colleagues are not what is looked at here.
vi.mock('@/org', () => ({
  AdminFrame: ({ children }: { children: ReactNode }) => <main>{children}</main>,
  MemberPicker: ({ placeholder, onChange }: { placeholder: string; onChange: (id: string) => void }) => (
    <button type="button" onClick={() => onChange('li')}>
      {placeholder}
    </button>
  ),
}));

const gb = 1024 ** 3;
const before = {
  member_quota_bytes: 100 * gb,
  organisation_quota_bytes: 0,
  retention_days: 0,
  bin_days: 30,
  versions_kept: 20,
  links_allowed: true,
};
let settings = before;
let spaces = [{ id: 's', member_id: 'wang', name: '王伟', used_bytes: 2 * gb }];
let refusal: object | null = null;
let asked: [string, unknown][] = [];

async function office(path: string, init?: RequestInit): Promise<Response> {
  const what = `${init?.method} ${path.split('/').slice(3).join('/')}`;
  const body: unknown = init?.body ? JSON.parse(String(init.body)) : null;
  if (init?.method !== 'GET') asked.push([what, body]);
  const answer = (said: unknown, status = 200) => new Response(JSON.stringify(said), { status });
  if (refusal && init?.method !== 'GET') return answer(refusal, 400);
  if (what === 'GET settings') return answer(settings);
  if (what === 'GET spaces/left') return answer({ spaces });
  if (what === 'PUT settings') {
    settings = body as typeof before;
    return answer(settings);
  }
  spaces = [];
  return answer({ id: 'f', created_by: { id: 'li', name: '李娜', avatar_url: null } }, 201);
}

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { drive: words, ui } },
    interpolation: { escapeValue: false },
  });
  vi.stubGlobal('fetch', office);
});
beforeEach(() => {
  settings = before;
  spaces = [{ id: 's', member_id: 'wang', name: '王伟', used_bytes: 2 * gb }];
  refusal = null;
  asked = [];
});
afterEach(cleanup);

async function open() {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={client}>
      <ToastProvider>
        <AdminFilesPage />
      </ToastProvider>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  const field = await screen.findByLabelText<HTMLInputElement>('Room for each person');
  const save = screen.getByRole<HTMLButtonElement>('button', { name: 'Save' });
  const type = async (label: string, text: string) => {
    await user.clear(screen.getByLabelText(label));
    await user.type(screen.getByLabelText(label), text);
  };
  return { user, field, save, type };
}

describe('the page of files', () => {
  it('takes sizes in GB and says that they are saved', async () => {
    const { field, save, type } = await open();
    expect([field.value, save.disabled]).toEqual(['100', true]);
    await type('Room for each person', '1.5');
    await type('Keep deleted files for', '7{Enter}');
    expect(await screen.findByText('Saved')).toBeTruthy();
    expect(asked).toEqual([['PUT settings', { ...before, member_quota_bytes: 1.5 * gb, bin_days: 7 }]]);
    expect(save.disabled).toBe(true);
    await type('Room for each person', '2');
    expect(screen.queryByText('Saved')).toBeNull();
  });

  it('says under a field what is wrong with it, and sends nothing', async () => {
    const { user, type } = await open();
    await type('Versions of a file', '0');
    await user.tab();
    const said = screen.getByRole('alert');
    expect(said.textContent).toBe('A whole number from 1 to 500');
    const field = screen.getByLabelText('Versions of a file');
    expect(field.getAttribute('aria-describedby')).toBe(said.id);
    await user.type(field, '{Enter}');
    expect(asked).toEqual([]);
    refusal = { code: 'drive.invalid', message: 'Not that many', field: 'versions_kept' };
    await type('Versions of a file', '9{Enter}');
    expect((await screen.findByText('Not that many')).id).toBe(field.getAttribute('aria-describedby'));
  });

  it('switches links off at once, and on again when the office refuses', async () => {
    const { user } = await open();
    const links = screen.getByRole('switch', { name: 'Allow shared links' });
    await user.click(links);
    expect(asked).toEqual([['PUT settings', { ...before, links_allowed: false }]]);
    refusal = { code: 'internal', message: 'Down' };
    await user.click(links);
    await waitFor(() => expect(links.getAttribute('aria-checked')).toBe('false'));
    expect(await screen.findByText('Down')).toBeTruthy();
  });

  it('hands the files of somebody who left to a colleague', async () => {
    const { user } = await open();
    await user.click(await screen.findByRole('button', { name: 'Hand over the files of 王伟' }));
    const submit = await screen.findByRole('button', { name: 'Hand over' });
    await user.click(submit);
    expect(screen.getByRole('alert').textContent).toBe('Choose who takes these files');
    await user.click(screen.getByRole('button', { name: 'Hand over to' }));
    await user.click(submit);
    expect(await screen.findByText('李娜 has the files of 王伟 now')).toBeTruthy();
    expect(asked).toEqual([['POST spaces/s/hand_over', { member_id: 'li' }]]);
    expect(await screen.findByText('No files wait to be handed over')).toBeTruthy();
  });
});
