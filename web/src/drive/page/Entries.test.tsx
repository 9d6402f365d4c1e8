/** The list as people use it by keyboard and pointer. */
import { cleanup, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { useState } from 'react';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Entry } from '@/api';
import words from '../i18n/en.json';
import { Entries } from './Entries';
import { all, nothingChosen, stretched, toggled } from './selection';

vi.setConfig({ testTimeout: 60_000 });

const entry = (name: string, kind: Entry['kind'] = 'file'): Entry => ({
  id: name,
  kind,
  name,
  size: 10,
  media_type: '',
  group: 'other',
  width: null,
  height: null,
  duration_ms: null,
  has_thumbnail: false,
  scan: 'clean',
  versions: 1,
  created_at: 0,
  changed_at: 0,
  created_by: { id: 'li', name: '李娜', avatar_url: null },
  folder_id: null,
  space_id: 's',
  shared: false,
  binned_at: null,
});

const entries = [entry('plans', 'folder'), entry('a.txt'), entry('b.txt')];
let log: string[] = [];

function List() {
  const [chosen, setChosen] = useState(nothingChosen);
  const [renaming, setRenaming] = useState<string | null>(null);
  const ids = entries.map(({ id }) => id);
  return (
    <Entries
      entries={entries}
      shape="list"
      selection={chosen}
      renaming={renaming}
      order={{ sort: 'name', order: 'asc' }}
      onOrder={({ sort, order }) => log.push(`order ${sort} ${order}`)}
      acts={{
        open: ({ name }) => log.push(`open ${name}`),
        choose: ({ id }, how) =>
          setChosen(how === 'toggle' ? toggled(chosen, id) : stretched(chosen, id, ids)),
        menu: ({ name }) => log.push(`menu ${name}`),
        renamed: ({ name }, next) => {
          log.push(`rename ${name} ${next}`);
          setRenaming(null);
        },
        drag: () => undefined,
        drop: () => undefined,
      }}
      keys={{
        rename: ({ id }) => setRenaming(id),
        discard: ({ name }) => log.push(`discard ${name}`),
        chooseAll: () => setChosen(all(ids)),
        up: () => log.push('up'),
      }}
    />
  );
}

beforeAll(async () => {
  await i18next
    .use(initReactI18next)
    .init({ lng: 'en', resources: { en: { drive: words } }, interpolation: { escapeValue: false } });
});
afterEach(() => {
  cleanup();
  log = [];
});

const here = () => document.activeElement?.getAttribute('data-entry');
const ticked = () =>
  screen
    .getAllByRole<HTMLInputElement>('checkbox')
    .filter((box) => box.checked)
    .map((box) => box.getAttribute('aria-label'));

describe('entries', () => {
  it('are one stop with arrows within, and keys for what is done to them', async () => {
    const user = userEvent.setup();
    render(<List />);
    document.querySelector<HTMLElement>('[data-entry="plans"]')?.focus();
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    expect(here()).toBe('b.txt');
    await user.keyboard('{Home}{Enter}{End}{Delete}{Backspace}');
    expect(log).toEqual(['open plans', 'discard b.txt', 'up']);
    await user.keyboard(' {Home}{Shift>} {/Shift}');
    expect(ticked()).toEqual(['Select plans', 'Select a.txt', 'Select b.txt']);
  });

  it('are renamed where they stand, and stay what they were on Escape', async () => {
    const user = userEvent.setup();
    render(<List />);
    document.querySelector<HTMLElement>('[data-entry="a.txt"]')?.focus();
    await user.keyboard('{F2}');
    const field = screen.getByRole('textbox', { name: 'Rename a.txt' });
    await user.clear(field);
    await user.type(field, 'c.txt{Enter}');
    document.querySelector<HTMLElement>('[data-entry="b.txt"]')?.focus();
    await user.keyboard('{F2}x{Escape}');
    expect(log).toEqual(['rename a.txt c.txt', 'rename b.txt null']);
  });

  it('are opened by a press, chosen with Ctrl, ordered by their columns', async () => {
    const user = userEvent.setup();
    render(<List />);
    const row = document.querySelector<HTMLElement>('[data-entry="a.txt"]');
    if (!row) throw new Error('no row');
    await user.click(row);
    await user.keyboard('{Control>}');
    await user.click(row);
    await user.keyboard('{/Control}');
    expect(ticked()).toEqual(['Select a.txt']);
    await user.click(screen.getByRole('button', { name: 'Sort by Name' }));
    await user.click(screen.getByRole('button', { name: 'Sort by Size' }));
    expect(log).toEqual(['open a.txt', 'order name desc', 'order size asc']);
  });
});
