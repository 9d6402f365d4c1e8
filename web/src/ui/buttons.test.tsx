/** A button is called the same while it is busy and after. */
import { cleanup, render, screen } from '@testing-library/react';
import { Button, ConfigProvider } from 'antd';
import { afterEach, expect, it } from 'vitest';
import { antdButton } from './buttons';

afterEach(cleanup);

const show = (busy: boolean) => (
  <ConfigProvider button={antdButton}>
    <Button loading={busy}>导入</Button>
  </ConfigProvider>
);

it('keeps the name of a busy button, and nothing of the spinner when it is done', () => {
  const { rerender } = render(show(false));
  rerender(show(true));
  expect(screen.getByRole('button').querySelector('svg')).not.toBeNull();
  screen.getByRole('button', { name: '导入' });
  rerender(show(false));
  expect(screen.getByRole('button').querySelector('svg')).toBeNull();
  screen.getByRole('button', { name: '导入' });
});
