/** Where one is in the drive, as the address says it. */
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEvent } from '@/lib';

export type Place = {
  space: string | null;
  folder: string | null;
  isBin: boolean;
  words: string;
  entry: string | null;
};

/** Stands where a folder would: what was thrown away. */
export const binFolder = 'bin';

export function usePlace(): Place {
  const { space = null, folder = null } = useParams({ strict: false }) as { space?: string; folder?: string };
  const { q = '', entry = null } = useSearch({ strict: false }) as { q?: string; entry?: string };
  const isBin = folder === binFolder;
  return { space, folder: isBin ? null : folder, isBin, words: q, entry };
}

export const pathTo = (space: string | null, folder: string | null): string =>
  `/drive${space ? `/${space}${folder ? `/${folder}` : ''}` : ''}`;

export function useGoTo() {
  const navigate = useNavigate();
  return useEvent(
    (space: string | null, folder: string | null = null, words = '') =>
      void navigate({ to: pathTo(space, folder), search: (words ? { q: words } : {}) as never }),
  );
}
