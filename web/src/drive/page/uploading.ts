/** Takes chosen or dropped files into a folder; folders among them are made first. */
import { useEvent } from '@/lib';
import { type Goal, makeFolder } from '../api';
import { uploads } from '../upload/session';
import type { EntryActs } from './acts';
import type { Dropped } from './dropped';

export function useUploading({ refresh }: Pick<EntryActs, 'refresh'>, onFailure: (error: unknown) => void) {
  return useEvent(async (dropped: readonly Dropped[], goal: Goal) => {
    const made = new Map<string, string | null>([['', goal.folder]]);
    try {
      for (const { file, path } of dropped) {
        let folder = goal.folder;
        for (let depth = 1; depth <= path.length; depth += 1) {
          const key = path.slice(0, depth).join('/');
          const known = made.get(key);
          folder = known ?? (await makeFolder(goal.space, folder, path[depth - 1] ?? '')).id;
          made.set(key, folder);
        }
        uploads.add(file, { space: goal.space, folder });
      }
    } catch (error) {
      onFailure(error);
    }
    if (made.size > 1) await refresh();
  });
}
