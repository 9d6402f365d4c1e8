/** Every scene of the gallery can be drawn, and every control says its act and its state. */
import { act, cleanup, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import ui from '@/ui/i18n/en.json';
import words from '../../i18n/en.json';
import { fakeCall, scenes } from '../gallery/scenes';
import { CallView } from './CallView';

/** Drawing a whole call in jsdom takes a while on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await i18next
    .use(initReactI18next)
    .init({ lng: 'en', resources: { en: { meetings: words, ui } }, fallbackLng: false });
  Object.defineProperty(HTMLElement.prototype, 'clientWidth', { configurable: true, value: 1440 });
  Object.defineProperty(HTMLElement.prototype, 'clientHeight', { configurable: true, value: 780 });
  vi.stubGlobal('innerWidth', 1440);
});
afterEach(cleanup);

const surroundings = {
  invitees: [{ id: 'x', name: 'Sun Hao', avatarUrl: null }],
  findPeople: async () => [],
};

function show(scene: string) {
  const call = fakeCall(scenes[scene]?.('en') ?? [], () => () => undefined);
  render(<CallView call={call} surroundings={surroundings} />);
  return call;
}

describe('the call', () => {
  it.each(Object.keys(scenes))('draws %s, with a name on every button', async (scene) => {
    show(scene);
    await act(async () => undefined);
    for (const button of screen.getAllByRole('button')) expect(button).toHaveProperty('textContent');
    const nameless = screen
      .getAllByRole('button')
      .filter((one) => !one.getAttribute('aria-label') && !one.textContent?.trim());
    expect(nameless).toEqual([]);
  });

  it('says act and state of the microphone and changes both', async () => {
    show('two');
    await userEvent.click(screen.getByRole('button', { name: 'Mute, microphone on' }));
    expect(screen.getByRole('button', { name: 'Unmute, microphone off' })).toBeTruthy();
  });

  it('reads a tile in words', () => {
    show('grid');
    expect(screen.getByRole('group', { name: 'Li Na, speaking, microphone on, camera on' })).toBeTruthy();
    expect(
      screen.getByRole('group', { name: /Zhao Yiming, muted, camera on, hand raised, number 1/ }),
    ).toBeTruthy();
  });

  it('opens and closes panels by key, and lets people type', async () => {
    const call = show('two');
    await userEvent.keyboard('c');
    const field = await screen.findByRole('textbox', { name: 'Say something' });
    await userEvent.type(field, 'mp');
    expect(call.state().panel).toBe('chat');
    expect(call.state().microphone).toBe('on');
    await userEvent.keyboard('{Escape}');
    expect(call.state().panel).toBeNull();
    await userEvent.keyboard('p');
    expect(call.state().panel).toBe('people');
  });

  it('takes the focus into a panel and gives it back, from where it came', async () => {
    const call = show('two');
    const person = userEvent.setup();
    const chat = screen.getByRole('button', { name: /Open chat/ });
    await person.click(chat);
    expect(document.activeElement).toBe(await screen.findByRole('textbox', { name: 'Say something' }));
    await person.keyboard('{Escape}');
    expect(document.activeElement).toBe(chat);
    // The button has the focus again, but it was clicked: the space bar still talks.
    act(() => call.dispatch({ type: 'own_media', what: 'microphone', state: 'off' }));
    await person.keyboard('{ >}');
    expect([call.state().holdingToTalk, call.state().panel]).toEqual([true, null]);
    await person.keyboard('{/ }');
    await person.tab();
    await person.keyboard(' ');
    expect(call.state().holdingToTalk).toBe(false);
  });

  it('talks while the space bar is held', async () => {
    const call = show('muted');
    const person = userEvent.setup();
    await person.keyboard('{ >}');
    expect(call.state().holdingToTalk).toBe(true);
    await person.keyboard('{/ }');
    expect(call.state().holdingToTalk).toBe(false);
  });

  it('asks the host whether the meeting ends for all, cancel first', async () => {
    show('grid');
    await userEvent.click(screen.getByRole('button', { name: 'Leave meeting' }));
    await userEvent.click(await screen.findByRole('button', { name: /End for all/ }));
    const ask = await screen.findByRole('alertdialog');
    expect(within(ask).getByText('All 9 people will leave.')).toBeTruthy();
    expect(document.activeElement?.textContent).toBe('Cancel');
  });
});
