/** Writing to people from the directory. */
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { type Acts, useActs } from '@/app';
import { useErrorWords, useToast } from '@/ui';

/** Opens a conversation and goes there; `busy` while the office is asked. */
export function useMessaging() {
  const acts = useActs();
  const router = useRouter();
  const toast = useToast();
  const words = useErrorWords();
  const [busy, setBusy] = useState(false);
  const open = async (ask: (acts: Required<Acts>) => Promise<string>) => {
    setBusy(true);
    try {
      router.history.push(await ask(acts));
    } catch (error) {
      toast({ tone: 'failed', words: words(error) });
      setBusy(false);
    }
  };
  return { open, busy };
}
