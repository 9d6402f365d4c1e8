/** Code: its colours come, nothing of it becomes markup, it can be copied, and every colour can be read. */
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import words from '../i18n/en.json';
import { dark, light, stage } from '../tokens';
import { Code, colouredCharsMax } from './Code';
import { CodeBlock } from './CodeBlock';
import { colour } from './colour';

vi.setConfig({ testTimeout: 60_000 });

beforeAll(async () => {
  await i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { ui: words } } });
});
afterEach(cleanup);

describe('code', () => {
  it('is coloured by its language, and stays what it was', async () => {
    const text = 'fn main() { println!("<b>窑</b>"); } // 2026';
    const { container } = render(<Code text={text} language="rust" />);
    expect(container.textContent).toBe(text);
    await waitFor(() => expect(container.querySelector('span')).not.toBeNull());
    expect(container.textContent).toBe(text);
    expect(container.querySelector('b')).toBeNull();
    expect(screen.getByText('fn').className).toMatch(/keyword/);
    expect(screen.getByText('// 2026').className).toMatch(/comment/);
  });

  it('stays plain where nobody knows its language', () => {
    expect(colour('a = 1', 'klingon')).toBeNull();
    for (const ending of ['ts', 'py', 'yml', 'rs', 'sh', 'HTML', 'toml', 'c++'])
      expect(colour('a = 1', ending), ending).not.toBeNull();
  });

  it('stays plain when it is very long', async () => {
    const { container } = render(<Code text={'1 '.repeat(colouredCharsMax)} language="js" />);
    await new Promise((done) => setTimeout(done));
    expect(container.querySelector('span')).toBeNull();
  });

  it('is copied with a press', async () => {
    const user = userEvent.setup();
    render(<CodeBlock text="let a = 1" language="" />);
    await user.click(screen.getByRole('button', { name: 'Copy code' }));
    expect(await navigator.clipboard.readText()).toBe('let a = 1');
    expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy();
  });
});

/** Red, green and blue of a colour, from 0 to 255, on a ground it may let through. */
function rgb(value: string, ground = [0, 0, 0]): number[] {
  const hex = /^#(..)(..)(..)$/.exec(value);
  if (hex) return hex.slice(1).map((part) => Number.parseInt(part, 16));
  const [r = 0, g = 0, b = 0, a = 1] = (value.match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b].map((part, at) => part * a + (ground[at] ?? 0) * (1 - a));
}

/** Relative luminance (WCAG 2). */
function luminance(parts: number[]): number {
  const [r = 0, g = 0, b = 0] = parts
    .map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: number[], other: number[]): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe('the colours of code', () => {
  const named = (palette: typeof light) =>
    Object.entries(palette).filter(([name]) => name.startsWith('code'));

  it.each([
    ['light', light],
    ['dark', dark],
  ] as const)('can be read on every ground of the %s theme', (_, palette) => {
    expect(named(palette)).toHaveLength(8);
    for (const ground of [palette.surface, palette.own, palette.raised, palette.sunken, palette.selected])
      for (const [name, value] of named(palette))
        expect(
          contrast(rgb(value), rgb(palette.hover, rgb(ground))),
          `${name} on ${ground}`,
        ).toBeGreaterThanOrEqual(4.5);
  });

  it('can be read on the stage', () => {
    for (const [name, value] of named(dark))
      expect(contrast(rgb(value), rgb(stage.stage)), name).toBeGreaterThanOrEqual(4.5);
  });
});
