/** What is asked about entries, one sheet at a time. */
import type { Entry } from '@/api';
import type { EntryActs } from './acts';
import { GoalSheet } from './GoalSheet';
import { LinkSheet } from './LinkSheet';
import { VersionsSheet } from './VersionsSheet';

export type Asked = { what: 'move' | 'copy' | 'share' | 'versions'; entries: Entry[] };

type Props = { asked: Asked | null; acts: EntryActs; mayWrite: boolean; onClose: () => void };

export function Sheets({ asked, acts, mayWrite, onClose }: Props) {
  const of = (what: Asked['what']) => (asked?.what === what ? asked.entries : null);
  const going = of('move') ?? of('copy');
  return (
    <>
      <GoalSheet
        entries={going}
        isCopy={asked?.what === 'copy'}
        onClose={onClose}
        onChoose={(goal, name) =>
          void (asked?.what === 'copy'
            ? acts.copy(asked.entries, goal, name)
            : acts.move(going ?? [], goal, name))
        }
      />
      <LinkSheet entry={of('share')?.[0] ?? null} onClose={onClose} />
      <VersionsSheet entry={of('versions')?.[0] ?? null} mayWrite={mayWrite} onClose={onClose} />
    </>
  );
}
