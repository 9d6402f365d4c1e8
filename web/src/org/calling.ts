/** Ringing people from the directory. */
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { type Callee, useActs } from '@/app';
import { useErrorWords, useToast } from '@/ui';

/** Rings people and goes to the meeting; `busy` while the office is asked. */
export function useCalling() {
  const { callPeople } = useActs();
  const router = useRouter();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const call = async (
    people: Callee[] | (() => Promise<Callee[]>),
    options: { audioOnly: boolean; title?: string } = { audioOnly: false },
  ) => {
    setBusy(true);
    try {
      const called = typeof people === 'function' ? await people() : people;
      router.history.push(await callPeople(called, options));
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
    } finally {
      setBusy(false);
    }
  };
  return { call, busy };
}
