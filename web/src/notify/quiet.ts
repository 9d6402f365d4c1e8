/** Do not disturb, as this device sees it now. */
import { useQuery } from '@tanstack/react-query';
import { useMaybeMe } from '@/api';
import { useEvent } from '@/lib';
import { settingsQuery } from './api';
import { isQuiet } from './model';

/** A question for the moment something wants to pop up or ring: may it not? */
export function useQuiet(): () => boolean {
  const me = useMaybeMe();
  const { data } = useQuery({ ...settingsQuery, enabled: me !== null });
  return useEvent(() => isQuiet(data?.quiet, Date.now()));
}
