/** Light, dark or as the system says; the choice is remembered on the device. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { recall, remember, useMedia } from '@/lib';

export type ThemeChoice = 'light' | 'dark' | 'system';
type Theme = { choice: ThemeChoice; mode: 'light' | 'dark'; choose: (choice: ThemeChoice) => void };

const ThemeContext = createContext<Theme>({ choice: 'system', mode: 'light', choose: () => undefined });

const remembered = (): ThemeChoice => {
  const choice = recall('theme');
  return choice === 'light' || choice === 'dark' ? choice : 'system';
};

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState(remembered);
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const mode = choice === 'system' ? (systemDark ? 'dark' : 'light') : choice;
  useEffect(() => {
    document.documentElement.dataset.theme = mode;
    document.documentElement.style.background = 'var(--bg)';
  }, [mode]);
  const theme = useMemo<Theme>(
    () => ({
      choice,
      mode,
      choose: (next) => {
        setChoice(next);
        remember('theme', next === 'system' ? null : next);
      },
    }),
    [choice, mode],
  );
  return <ThemeContext value={theme}>{children}</ThemeContext>;
}

export const useTheme = (): Theme => useContext(ThemeContext);
