/** The viewer as people use it: every kind has its stage, the keys lead on, and focus goes back. */
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import ui from '@/ui/i18n/en.json';
import words from '../i18n/en.json';
import { opened, openViewer } from './opened';
import { Viewer } from './Viewer';
import type { Viewable } from './viewable';

vi.setConfig({ testTimeout: 60_000 });

const file = (name: string, group: Viewable['group'], change: Partial<Viewable> = {}): Viewable => ({
  id: name,
  name,
  size: 2048,
  group,
  media_type: '',
  scan: 'clean',
  url: `/bytes/${name}`,
  download: `/bytes/${name}?download=1`,
  poster: null,
  ...change,
});

beforeAll(async () => {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    resources: { en: { drive: words, ui } },
    interpolation: { escapeValue: false },
  });
  vi.stubGlobal('fetch', async () => new Response('第一条：按时开会。'));
});
afterEach(() => {
  act(() => opened.dispatch('close'));
  cleanup();
});

function arrive() {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <button type="button">before</button>
      <Viewer />
    </QueryClientProvider>,
  );
  return userEvent.setup();
}

describe('the viewer', () => {
  it('shows a text, goes on to a picture, and gives focus back', async () => {
    const user = arrive();
    screen.getByText('before').focus();
    act(() =>
      openViewer([file('notes.txt', 'text'), file('plan.png', 'image', { media_type: 'image/png' })]),
    );
    expect(await screen.findByText('第一条：按时开会。')).toBeTruthy();
    await user.keyboard('{ArrowRight}');
    expect(screen.getByRole('img', { name: 'plan.png' }).getAttribute('src')).toBe('/bytes/plan.png');
    expect(screen.getByText(/2 of 2/)).toBeTruthy();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(document.activeElement).toBe(screen.getByText('before'));
  });

  it('shows pictures that browsers cannot draw as the office has drawn them', () => {
    arrive();
    act(() => openViewer([file('photo.heic', 'image', { media_type: 'image/heic', poster: '/small' })]));
    expect(screen.getByRole('img', { name: 'photo.heic' }).getAttribute('src')).toBe('/small');
  });

  it('makes pictures larger by buttons and keys', async () => {
    const user = arrive();
    act(() => openViewer([file('plan.png', 'image', { media_type: 'image/png' })]));
    await user.keyboard('{+}');
    expect(screen.getByText('150%')).toBeTruthy();
    await user.click(screen.getByRole('button', { name: 'Zoom in' }));
    await user.keyboard('0');
    expect(screen.getByText('100%')).toBeTruthy();
  });

  it('opens nothing that a virus was found in', () => {
    arrive();
    act(() => openViewer([file('plan.png', 'image', { scan: 'infected', download: '' })]));
    expect(screen.getByText(words.viewer.infected)).toBeTruthy();
    expect(screen.queryByRole('img')).toBeNull();
    expect(screen.queryByRole('link')).toBeNull();
  });

  it('offers to take along what it cannot show', () => {
    arrive();
    act(() => openViewer([file('all.zip', 'archive')]));
    const links = screen.getAllByRole('link');
    expect(links.map((one) => one.getAttribute('href'))).toEqual([
      '/bytes/all.zip?download=1',
      '/bytes/all.zip?download=1',
    ]);
  });
});
