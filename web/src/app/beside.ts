/** Tabs that capabilities bring beside a group. */
import { type ComponentType, lazy } from 'react';
import { capabilities } from './capabilities';
import type { Beside } from './capability';

/** `label` is a whole key: its namespace is the capability. */
export type BesideTab = { id: string; label: string; Tab: ComponentType<Beside> };

let tabs: BesideTab[] | null = null;

/** Made when first asked for: the list of capabilities may still be loading when this file is read. */
export function besideTabs(): BesideTab[] {
  tabs ??= capabilities.flatMap(({ id, beside }) =>
    beside ? [{ id, label: `${id}:${beside.label}`, Tab: lazy(beside.load) }] : [],
  );
  return tabs;
}
