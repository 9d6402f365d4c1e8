/** Every word exists in both languages. */
import { describe, expect, it } from 'vitest';

type Words = { [key: string]: string | Words };
const files = import.meta.glob<Words>('/src/*/i18n/*.json', { eager: true, import: 'default' });

const keysOf = (words: Words, prefix = ''): string[] =>
  Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [prefix + key] : keysOf(value, `${prefix}${key}.`),
  );

const folders = [...new Set(Object.keys(files).map((path) => path.split('/')[2] ?? ''))];

/** English plural forms have no Chinese twin. */
const withoutPlural = (key: string) => key.replace(/_(one|other)$/, '');

describe('words', () => {
  it.each(folders)('%s says the same in Chinese and English', (folder) => {
    const keys = (language: string) =>
      [...new Set(keysOf(files[`/src/${folder}/i18n/${language}.json`] ?? {}).map(withoutPlural))].sort();
    expect(keys('zh-CN')).toEqual(keys('en'));
  });

  it.each(Object.entries(files))('%s leaves nothing empty', (_, words) => {
    const empty = keysOf(words).filter(
      (key) => key.split('.').reduce<unknown>((at, part) => (at as Words)[part], words) === '',
    );
    expect(empty).toEqual([]);
  });
});
