/** Hands what was written to the office, to be sent at a time. */
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useErrorWords, useToast } from '@/ui';
import type { Draft } from '../sync/sender';
import { dropScheduled, schedule, scheduledQuery } from './api';

/** `done` is called as soon as the office has it: until then the words stay in the field. */
export function useSchedule(conversation: string) {
  const { t } = useTranslation(['chat', 'ui']);
  const client = useQueryClient();
  const toast = useToast();
  const words = useErrorWords();
  const again = () => client.invalidateQueries(scheduledQuery);
  return (draft: Draft, at: number, done: () => void, back: (text: string) => void): void => {
    void schedule(conversation, draft, at).then(
      ({ id }) => {
        done();
        void again();
        toast({
          words: t('chat:scheduled.done'),
          act: {
            label: t('ui:undo'),
            run: () => {
              back(draft.text);
              void dropScheduled(id).then(again, again);
            },
          },
        });
      },
      (error: unknown) => toast({ tone: 'failed', words: words(error) }),
    );
  };
}
