/** How long a toast stays. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type Toast, ToastProvider, useToast } from './Toasts';

let toast: (toast: Toast) => void = () => undefined;

function Says() {
  toast = useToast();
  return null;
}

beforeEach(() => {
  vi.useFakeTimers();
  render(
    <ToastProvider>
      <Says />
    </ToastProvider>,
  );
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const say = (said: Toast) => act(() => toast(said));
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

it('stays while it is pointed at', () => {
  say({ words: 'Saved' });
  fireEvent.pointerEnter(screen.getByText('Saved').closest('[data-toast]') as Element);
  pass(60_000);
  fireEvent.pointerLeave(screen.getByText('Saved').closest('[data-toast]') as Element);
  pass(4000);
  expect(screen.queryByText('Saved')).toBeNull();
});

it('goes in its time when only the one before it was pointed at', () => {
  say({ words: 'Removed', act: { label: 'Undo', run: () => undefined } });
  fireEvent.pointerEnter(screen.getByText('Removed').closest('[data-toast]') as Element);
  fireEvent.click(screen.getByText('Undo'));
  say({ words: 'Saved' });
  pass(4000);
  expect(screen.queryByText('Saved')).toBeNull();
});
