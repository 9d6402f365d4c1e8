/** Languages: one namespace per folder, both languages from the first line, loaded per language. */
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { recall, remember } from '@/lib';

export const languages = ['zh-CN', 'en'] as const;
export type Language = (typeof languages)[number];
export const languageNames: Record<Language, string> = { 'zh-CN': '简体中文', en: 'English' };

type Words = Record<string, unknown>;
const files = import.meta.glob<Words>('/src/*/i18n/*.json', { import: 'default' });

const isLanguage = (text: string | null): text is Language => languages.includes(text as Language);

/** The person's choice on this device, else the browser's wish, else Chinese. */
export function preferredLanguage(): Language {
  const chosen = recall('language');
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith('zh')) ||
    navigator.languages.length === 0
    ? 'zh-CN'
    : 'en';
}

const loaded = new Set<Language>();

async function load(language: Language): Promise<void> {
  if (loaded.has(language)) return;
  loaded.add(language);
  await Promise.all(
    Object.entries(files).map(async ([path, read]) => {
      const [, folder, tag] = /^\/src\/([^/]+)\/i18n\/([^/]+)\.json$/.exec(path) ?? [];
      if (folder && tag === language) i18next.addResourceBundle(language, folder, await read(), true, true);
    }),
  );
}

/** Starts translation in the preferred language. */
export async function startLanguages(): Promise<void> {
  const language = preferredLanguage();
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    defaultNS: 'app',
    resources: {},
    interpolation: { escapeValue: false },
    returnNull: false,
    react: { useSuspense: false },
  });
  await load(language);
  document.documentElement.lang = language;
}

/** Changes the language of the page and of the device. */
export async function changeLanguage(language: Language): Promise<void> {
  await load(language);
  document.documentElement.lang = language;
  remember('language', language);
  await i18next.changeLanguage(language);
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : 'zh-CN';
}
