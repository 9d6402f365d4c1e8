/** How a screen asks for an act of another capability. */
import { createContext, useContext } from 'react';
import type { Acts } from './capability';

export const ActsContext = createContext<Required<Acts> | null>(null);

export function useActs(): Required<Acts> {
  const acts = useContext(ActsContext);
  if (!acts) throw new Error('useActs outside the shell');
  return acts;
}
