/** What capabilities let one choose, on the page about oneself. */
import { lazy, Suspense } from 'react';
import { capabilities } from '../capabilities';

/** Made when first drawn: the list of capabilities may still be loading when this file is read. */
const sections: ReturnType<typeof made> = [];
const made = () =>
  capabilities.flatMap(({ id, settings }) => (settings ? [{ id, Section: lazy(settings) }] : []));

export function SettingsSections() {
  if (sections.length === 0) sections.push(...made());
  return sections.map(({ id, Section }) => (
    <Suspense key={id} fallback={null}>
      <Section />
    </Suspense>
  ));
}
