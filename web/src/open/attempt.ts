/** Doing something with a program: what goes wrong is said, and the lists are asked for again. */
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useErrorWords, useToast } from '@/ui';
import { openKey } from './api';

export function useAttempt() {
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const attempt = async <T>(act: () => Promise<T>): Promise<T | null> => {
    setBusy(true);
    try {
      return await act();
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      return null;
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: openKey });
    }
  };
  return { attempt, busy };
}
