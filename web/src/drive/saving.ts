/** Copies files into a folder one after the other, and says so. */
import { useTranslation } from 'react-i18next';
import type { FileCard } from '@/api';
import { useErrorWords, useToast } from '@/ui';
import { copy, type Goal } from './api';

export function useSaving(refresh: () => Promise<unknown>) {
  const { t } = useTranslation('drive');
  const toast = useToast();
  const words = useErrorWords();
  return async (files: readonly FileCard[], goal: Goal, goalName: string): Promise<void> => {
    try {
      for (const file of files) await copy(file.id, goal);
      toast({ words: t('saved', { name: files[0]?.name ?? '', count: files.length, goal: goalName }) });
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    }
    await refresh();
  };
}
