/** An invitation says that it was copied only when it was. */
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { InviteLink } from './InviteLink';

afterEach(cleanup);

it('asks to copy by hand, selected, where the browser copies nothing', async () => {
  const link = 'http://192.0.2.7/invite/abc';
  render(<InviteLink link={link} />);
  fireEvent.click(screen.getByRole('button'));
  await screen.findByRole('alert');
  expect(screen.queryByText(/copied/)).toBeNull();
  const field = screen.getByDisplayValue<HTMLInputElement>(link);
  expect(document.activeElement).toBe(field);
  expect(field.value.slice(field.selectionStart ?? 0, field.selectionEnd ?? 0)).toBe(link);
});
