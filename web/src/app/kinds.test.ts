/** What the office tells and keeps has words here: every kind of notice, every act in the audit log. */
/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { auditActions } from '@/org/auditActions';
import org from '@/org/i18n/en.json';

/** Tests run in the folder of the web client. */
const office = '../crates/office/src';
const capabilities = ['chat', 'drive', 'meetings', 'notify', 'open', 'org'];

type Notices = { notices?: { names?: Record<string, string>; words?: Record<string, string> } };
const words = import.meta.glob<Notices>('/src/*/i18n/en.json', { eager: true, import: 'default' });

/** The kinds in the list that a capability gives; each is a constant, or the name of an event. */
function kindsOf(capability: string): string[] {
  const found = sources(join(office, capability)).flatMap((text) => {
    const list = /const (?:KINDS|NOTICES): &\[&str\] = &\[([^\]]*)\]/.exec(text)?.[1];
    if (list === undefined) return [];
    const constants = text.matchAll(/const (\w+): &str = "([\w.]+)"/g);
    const events = text.matchAll(/impl \w+ for (\w+) \{\s*const NAME: &'static str = "([\w.]+)"/g);
    const named = new Map([...constants, ...events].map(([, name, kind]) => [name, kind]));
    return list.split(',').map((name) => named.get(name.trim().replace(/::NAME$/, '')) ?? name.trim());
  });
  return found.filter(Boolean);
}

/** The Rust files of a folder, without tests. */
function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.rs') && !/(^|\/)tests(\/|\.rs)/.test(path))
    .map((path) => readFileSync(join(folder, path), 'utf8'));
}

/** The acts that are written down where they are named: in the call, or as a line for it. */
function recorded(): string[] {
  const acts = sources(office).flatMap((text) =>
    [...text.matchAll(/(?:\brecord\(|\bnote\(|\baction: )[^;]{0,120}?"(\w+\.\w+)"/g)].map(
      ([, act = '']) => act,
    ),
  );
  return [...new Set(acts)].sort();
}

describe('the office', () => {
  it.each(capabilities)('tells nothing of %s for which there are no words', (capability) => {
    const kinds = kindsOf(capability).map((kind) => kind.slice(capability.length + 1));
    const { notices } = words[`/src/${capability}/i18n/en.json`] ?? {};
    const said = Object.keys(notices?.words ?? {});
    const isSaid = (kind: string) => said.some((word) => word === kind || word.startsWith(`${kind}_`));
    expect(Object.keys(notices?.names ?? {}).sort()).toEqual([...kinds].sort());
    expect(kinds.filter((kind) => !isSaid(kind))).toEqual([]);
  });

  it('writes down no act for which there are no words', () => {
    const acts = recorded();
    expect(acts.length).toBeGreaterThan(30);
    expect(acts.filter((act) => !auditActions.includes(act))).toEqual([]);
    const named: Record<string, string> = org.audit.actions;
    expect(Object.keys(named).sort()).toEqual(auditActions.map((act) => act.replace('.', '_')).sort());
  });
});
