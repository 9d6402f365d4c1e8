/** Providers around the router. */
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { App as AntApp, ConfigProvider } from 'antd';
import en from 'antd/locale/en_US';
import zh from 'antd/locale/zh_CN';
import { useMemo } from 'react';
import { antdButton, antdTheme, ToastProvider } from '@/ui';

import { useLanguage } from './i18n';
import { queryClient } from './query';
import { router } from './router';
import { ThemeProvider, useTheme } from './theme';

function Dressed() {
  const { mode } = useTheme();
  const language = useLanguage();
  const theme = useMemo(() => antdTheme(mode), [mode]);
  return (
    <ConfigProvider
      theme={theme}
      locale={language === 'en' ? en : zh}
      button={antdButton}
      form={{ requiredMark: false }}
      wave={{ disabled: true }}
    >
      <AntApp component={false}>
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </AntApp>
    </ConfigProvider>
  );
}

export function App() {
  return (
    <QueryClientProvider client={queryClient}>
      <ThemeProvider>
        <Dressed />
      </ThemeProvider>
    </QueryClientProvider>
  );
}
