/** What can be done to entries: shown at once where that is honest, said when it fails, undone where it can be. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { Entry } from '@/api';
import { useEvent } from '@/lib';
import { useErrorWords, useToast } from '@/ui';
import { copy, discard, driveKey, type Goal, makeFolder, move, rename, restore } from '../api';

export function useActsOnEntries() {
  const { t } = useTranslation(['drive', 'ui']);
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const refresh = useEvent(() => client.invalidateQueries({ queryKey: driveKey }));
  const say = useEvent((error: unknown) => toast({ tone: 'failed', words: words(error) }));

  /** Does one after the other; gives what was done before the first refusal. */
  const each = async (
    entries: readonly Entry[],
    act: (entry: Entry) => Promise<unknown>,
  ): Promise<Entry[]> => {
    const done: Entry[] = [];
    try {
      for (const entry of entries) {
        await act(entry);
        done.push(entry);
      }
    } catch (error) {
      say(error);
    }
    await refresh();
    return done;
  };
  const named = (entries: readonly Entry[]) => ({ name: entries[0]?.name ?? '', count: entries.length });

  return {
    refresh,
    newFolder: async (goal: Goal, name: string): Promise<Entry | null> => {
      try {
        const made = await makeFolder(goal.space, goal.folder, name);
        await refresh();
        return made;
      } catch (error) {
        say(error);
        return null;
      }
    },
    rename: async (entry: Entry, name: string): Promise<boolean> =>
      (await each([entry], () => rename(entry.id, name))).length === 1,
    move: async (entries: readonly Entry[], goal: Goal, goalName: string) => {
      const moving = entries.filter(
        (one) => one.id !== goal.folder && (one.folder_id !== goal.folder || one.space_id !== goal.space),
      );
      if (moving.length === 0) return;
      const done = await each(moving, (one) => move(one.id, goal));
      if (done.length === 0) return;
      const back = () =>
        void each(done, (one) => move(one.id, { space: one.space_id ?? goal.space, folder: one.folder_id }));
      toast({
        words: t('drive:moved', { ...named(done), goal: goalName }),
        act: { label: t('ui:undo'), run: back },
      });
    },
    copy: async (entries: readonly Entry[], goal: Goal, goalName: string) => {
      const done = await each(entries, (one) => copy(one.id, goal));
      if (done.length > 0) toast({ words: t('drive:copied', { ...named(done), goal: goalName }) });
    },
    discard: async (entries: readonly Entry[]) => {
      const done = await each(entries, (one) => discard(one.id));
      if (done.length === 0) return;
      toast({
        words: t('drive:discarded', named(done)),
        act: { label: t('ui:undo'), run: () => void each(done, (one) => restore(one.id)) },
      });
    },
    restore: async (entries: readonly Entry[]) => {
      const done = await each(entries, (one) => restore(one.id));
      if (done.length > 0) toast({ words: t('drive:restored', named(done)) });
    },
    each,
  };
}

export type EntryActs = ReturnType<typeof useActsOnEntries>;
