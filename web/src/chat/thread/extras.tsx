/** Sheets that messages and the field below them ask for. */
import { useMemo, useState } from 'react';
import type { Message } from '@/api';
import { useEvent } from '@/lib';
import { TodoSheet } from '../later/TodoSheet';
import { UrgentSheet, type UrgentSubject } from '../urgent/UrgentSheet';

export type ExtraActs = {
  /** Something to do is made of a message. */
  todo: (message: Message) => void;
  /** A message that is there, or words that are sent then, is made urgent. */
  urgent: (subject: UrgentSubject, onSent?: () => void) => void;
  /** Puts words into the field. */
  writeAgain: (text: string) => void;
};

export function useExtras(write: (text: string) => void) {
  const [todo, setTodo] = useState<Message | null>(null);
  const [urgent, setUrgent] = useState<{ subject: UrgentSubject; onSent?: () => void } | null>(null);
  const askUrgent = useEvent((subject: UrgentSubject, onSent?: () => void) => setUrgent({ subject, onSent }));
  const writeAgain = useEvent(write);
  const acts = useMemo<ExtraActs>(
    () => ({ todo: setTodo, urgent: askUrgent, writeAgain }),
    [askUrgent, writeAgain],
  );
  const sheets = (
    <>
      <TodoSheet message={todo} onClose={() => setTodo(null)} />
      <UrgentSheet
        subject={urgent?.subject ?? null}
        onSent={urgent?.onSent}
        onClose={() => setUrgent(null)}
      />
    </>
  );
  return { acts, sheets };
}
