/** What is said of copying, and how one copies by hand. */
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { App } from 'antd';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import { CopyField } from './CopyField';
import { useCopy } from './copying';
import ui from './i18n/en.json';

vi.setConfig({ testTimeout: 60_000 });
beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { ui } } }));
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function Copies({ text }: { text: string }) {
  const copy = useCopy();
  return (
    <button type="button" onClick={() => void copy(text)}>
      Take it
    </button>
  );
}

const selected = () => {
  const field = document.activeElement as HTMLTextAreaElement;
  return field.value?.slice(field.selectionStart, field.selectionEnd);
};

it('says of the text that is shown whether it was copied', async () => {
  const person = userEvent.setup();
  const { rerender } = render(<CopyField label="Address" text="/join/one" />);
  await person.click(screen.getByRole('button', { name: 'Copy Address' }));
  await screen.findByRole('button', { name: 'Copied Address' });
  expect(await navigator.clipboard.readText()).toBe('/join/one');
  rerender(<CopyField label="Address" text="/join/two" />);
  screen.getByRole('button', { name: 'Copy Address' });
});

it('shows a text that stands in no field, selected, when it could not be copied', async () => {
  const person = userEvent.setup();
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new DOMException('', 'NotAllowedError'));
  render(
    <App>
      <Copies text={'/chat/one\n?at=7'} />
    </App>,
  );
  await person.click(screen.getByRole('button', { name: 'Take it' }));
  await screen.findByRole('textbox', { name: ui.copyByHand });
  await waitFor(() => expect(selected()).toBe('/chat/one\n?at=7'));
});
