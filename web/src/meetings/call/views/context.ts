/** The call of this page, for the views below it. */
import { createContext, useContext } from 'react';
import { useStore } from '@/lib';
import type { Call } from '../call';
import type { CallState } from '../state';

/** What the page around the call knows and the call does not: invitees, and whom one may ring. */
export interface Surroundings {
  readonly invitees: readonly {
    readonly id: string;
    readonly name: string;
    readonly avatarUrl: string | null;
  }[];
  /** Looks people of the office up by name; null where nobody may (guests). */
  readonly findPeople:
    | ((
        words: string,
      ) => Promise<
        readonly { readonly id: string; readonly name: string; readonly avatarUrl: string | null }[]
      >)
    | null;
}

export const CallContext = createContext<Call | null>(null);
export const SurroundingsContext = createContext<Surroundings>({ invitees: [], findPeople: null });

export function useCall(): Call {
  const call = useContext(CallContext);
  if (!call) throw new Error('useCall outside a call');
  return call;
}

export function useCallState<T>(select: (state: CallState) => T): T {
  return useStore(useCall(), select);
}

export const useSurroundings = () => useContext(SurroundingsContext);
