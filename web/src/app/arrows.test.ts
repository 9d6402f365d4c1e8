/** Who may use whom: folders meet at their faces, and only in these directions. */
/// <reference types="node" />
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** Tests run in the folder of the web client. */
const toml = readFileSync('../arrows.toml', 'utf8');

/** The arrows as `arrows.toml` draws them: layers may be used by every capability, `*` means anybody. */
function readArrows(): Record<string, string[]> {
  const section = (name: string) => toml.split(/^\[/m).find((part) => part.startsWith(`${name}]`)) ?? '';
  const lines = (text: string) =>
    [...text.matchAll(/^(\w+) = \[(.*)\]$/gm)].map(
      ([, name = '', list = '']) =>
        [name, [...list.matchAll(/"([^"]+)"/g)].map(([, word = '']) => word)] as const,
    );
  const layers = lines(section('web'));
  const capabilities = lines(section('capabilities'));
  const everybody = [...layers, ...capabilities].map(([name]) => name);
  return Object.fromEntries([
    ...layers.map(([name, uses]) => [name, uses.includes('*') ? everybody : uses]),
    ...capabilities.map(([name, uses]) => [name, [...layers.map(([layer]) => layer), ...uses]]),
  ]);
}

const arrows = readArrows();
const sources = import.meta.glob<string>(['/src/*/**/*.{ts,tsx}', '!/src/**/*.test.*'], {
  eager: true,
  query: '?raw',
  import: 'default',
});
const importing = /(?:from|import\()\s*['"](@\/[^'"]+)['"]/g;

/** `org → @/meetings` for every import that no arrow allows, or that reaches behind a face. */
function offences(): string[] {
  return Object.entries(sources).flatMap(([path, text]) => {
    const folder = path.split('/')[2] ?? '';
    return [...text.matchAll(importing)].flatMap(([, target = '']) => {
      const [, to = '', ...inside] = target.split('/');
      const allowed = to === folder ? inside.length > 0 : inside.length === 0 && arrows[folder]?.includes(to);
      return allowed ? [] : [`${path} → ${target}`];
    });
  });
}

describe('arrows', () => {
  it('point only where they may', () => expect(offences()).toEqual([]));
  it('know every folder', () => {
    expect([...new Set(Object.keys(sources).map((path) => path.split('/')[2]))].sort()).toEqual(
      Object.keys(arrows).sort(),
    );
  });
});
