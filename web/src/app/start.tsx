/** Puts the tokens and the words in place, then draws. */
import type { Root } from 'react-dom/client';
import { cssVariables } from '@/ui';
import { App } from './App';
import { startLanguages } from './i18n';

export async function startApp(root: Root): Promise<void> {
  const sheet = document.createElement('style');
  sheet.textContent = cssVariables();
  document.head.prepend(sheet);
  await startLanguages();
  root.render(<App />);
}
