/** Stickers: sent with a press, put in order by keyboard, still where nothing should move. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FileCard, Sticker } from '@/api';
import { ToastProvider } from '@/ui';
import ui from '@/ui/i18n/en.json';
import words from '../i18n/en.json';
import { sampleMessage } from '../sample';
import { outgoingOf, type Pending } from '../sync/outbox';
import { moved, pictureOf, stickerBytesMax } from './api';
import { Picker } from './Picker';
import { StickerPicture } from './StickerPicture';

vi.setConfig({ testTimeout: 60_000 });

const card = (id: string, change: Partial<FileCard> = {}): FileCard => ({
  id,
  name: `${id}.gif`,
  size: 2048,
  media_type: 'image/gif',
  group: 'image',
  width: 64,
  height: 64,
  duration_ms: null,
  has_thumbnail: true,
  scan: 'clean',
  ...change,
});

let stickers: Sticker[] = [];
const told: [string, string, unknown][] = [];
let still = false;

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { chat: words, ui } } });
  vi.stubGlobal('fetch', async (url: string, { method = 'GET', body }: RequestInit = {}) => {
    if (method === 'GET') return Response.json({ stickers });
    told.push([method, url, body ? JSON.parse(String(body)) : null]);
    return new Response(null, { status: 204 });
  });
  vi.stubGlobal('matchMedia', (media: string) => ({
    media,
    matches: still && media.includes('reduced-motion'),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }));
});
beforeEach(() => {
  localStorage.clear();
  told.length = 0;
  still = false;
  stickers = ['a', 'b', 'c'].map((id) => ({ id, file: card(`f-${id}`) }));
});
afterEach(cleanup);

async function arrive() {
  const picked: string[] = [];
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ToastProvider>
        <Picker
          conversation="room"
          onEmoji={(one) => picked.push(one)}
          onSticker={({ id }) => picked.push(id)}
        />
      </ToastProvider>
    </QueryClientProvider>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByText('Stickers'));
  await screen.findByRole('button', { name: 'Send sticker 3' });
  return { user, picked };
}

const order = () =>
  screen
    .getAllByRole('button', { name: /sticker \d/ })
    .map((one) => one.querySelector('img')?.getAttribute('src'));

describe('the stickers beside the emoji', () => {
  it('are sent with a press, and come first the next time', async () => {
    const { user, picked } = await arrive();
    await user.click(screen.getByRole('button', { name: 'Send sticker 2' }));
    expect(picked).toEqual(['b']);
    cleanup();
    render(
      <QueryClientProvider client={new QueryClient()}>
        <ToastProvider>
          <Picker conversation="room" onEmoji={() => undefined} onSticker={() => undefined} />
        </ToastProvider>
      </QueryClientProvider>,
    );
    expect(await screen.findByRole('button', { name: 'Send sticker 1' })).toBeTruthy();
  });

  it('are one stop of the keyboard', async () => {
    const { user, picked } = await arrive();
    screen.getByRole('button', { name: 'Add a picture' }).focus();
    await user.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{Enter}');
    expect(picked).toEqual(['c']);
  });

  it('are moved and removed', async () => {
    const { user } = await arrive();
    await user.click(screen.getByRole('button', { name: 'Arrange stickers' }));
    await user.click(screen.getByRole('button', { name: 'Choose sticker 3' }));
    await user.click(screen.getByRole('button', { name: 'Move earlier' }));
    await user.click(screen.getByRole('button', { name: 'Move earlier' }));
    expect(screen.getByRole('button', { name: 'Move earlier' })).toHaveProperty('disabled', true);
    expect(order().map((src) => src?.includes('f-c') ?? false)).toEqual([true, false, false]);
    expect(told.at(-1)).toEqual(['PUT', '/api/chat/stickers/order', { ids: ['c', 'a', 'b'] }]);
    await user.click(screen.getByRole('button', { name: 'Remove' }));
    await waitFor(() => expect(order()).toHaveLength(2));
    expect(told.at(-1)?.slice(0, 2)).toEqual(['DELETE', '/api/chat/stickers/c']);
  });
});

describe('a sticker', () => {
  it('plays, unless nothing should move', () => {
    render(<StickerPicture file={card('x')} />);
    const src = () => screen.getByRole('img').getAttribute('src');
    expect(src()).toContain('/content');
    still = true;
    cleanup();
    render(<StickerPicture file={card('x')} />);
    expect(src()).toContain('/thumbnail');
  });

  it('is made of the only picture of a message, if it is small', () => {
    const files = (...all: FileCard[]) => sampleMessage({ kind: 'files', data: { files: all } });
    expect(pictureOf(files(card('x')))?.id).toBe('x');
    expect(pictureOf(sampleMessage({ kind: 'sticker', data: { sticker: card('x') } }))?.id).toBe('x');
    expect(pictureOf(files(card('x'), card('y')))).toBeNull();
    expect(pictureOf(files(card('x', { size: stickerBytesMax + 1 })))).toBeNull();
    expect(pictureOf(files(card('x', { media_type: 'image/svg+xml' })))).toBeNull();
    expect(pictureOf(files(card('x', { scan: 'infected' })))).toBeNull();
    expect(pictureOf(sampleMessage())).toBeNull();
  });

  it('goes out by its own id', () => {
    const pending: Pending = {
      client_id: 'c',
      conversation_id: 'room',
      text: '',
      mentions: [],
      mentions_all: false,
      reply_to: null,
      thread_root: null,
      poll: null,
      enclosed: { kind: 'sticker', sticker_id: 'a', file: card('x') },
      written_at: 0,
      state: 'sending',
      refusal: null,
    };
    expect(outgoingOf(pending)).toEqual({ client_id: 'c', text: '', sticker: 'a' });
  });
});

it('is moved within the list, and never out of it', () => {
  expect(moved(['a', 'b'], 0, 1)).toEqual(['b', 'a']);
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
  expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
});
