/** Who may be meant by what follows an `@`. */
import { useQuery } from '@tanstack/react-query';
import { UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api, type MemberPage } from '@/api';
import { useSettled } from '@/lib';
import { Avatar } from '@/ui';
import { useChat, usePeople } from '../session';
import { useOpen } from '../thread/context';
import styles from './MentionList.module.css';
import { fitting, type Named } from './mention';

const shownMax = 8;
const foundMax = 20;

type Candidate = Named & { avatar_url: string | null; title: string | null };

/** Whoever is in the conversation and fits; by pinyin as the directory finds them. */
export function useCandidates(words: string | null): Candidate[] {
  const { t } = useTranslation('chat');
  const { conversation, me } = useOpen();
  const roster = useChat((state) => state.rosters[conversation.id]);
  const known = usePeople((all) => all);
  const asked = useSettled(words ?? '', 120);
  const found = useQuery({
    queryKey: ['chat', 'mention', asked],
    enabled: words !== null && /^[a-z]+$/i.test(asked),
    queryFn: ({ signal }) =>
      api.get<MemberPage>('/api/org/members', { q: asked, status: 'active', limit: foundMax }, signal),
  });
  if (words === null || !roster) return [];
  const others = roster.members.filter(({ member_id }) => member_id !== me);
  const people = others.flatMap(({ member_id: id, nickname }): Candidate[] => {
    const person = known[id] ?? roster.people.find((one) => one.id === id);
    if (!person) return [];
    return [{ id, name: nickname || person.name, avatar_url: person.avatar_url, title: person.title }];
  });
  const ids = new Set(found.data?.members.map((one) => one.id));
  const named = fitting(people, words, shownMax);
  const byPinyin = people.filter((one) => ids.has(one.id) && !named.includes(one));
  const mayAll = conversation.rules.at_all === 'everyone' || conversation.mine.role !== 'member';
  const everybody: Candidate = { id: 'all', name: t('everybody'), avatar_url: null, title: null };
  const all = mayAll && (everybody.name.startsWith(words) || 'all'.startsWith(words.toLowerCase()));
  return [...(all ? [everybody] : []), ...named, ...byPinyin].slice(0, shownMax);
}

type Props = {
  people: Candidate[];
  chosen: string | null;
  onPick: (person: Named) => void;
  onPoint: (at: number) => void;
};

export function MentionList({ people, chosen, onPick, onPoint }: Props) {
  const { t } = useTranslation('chat');
  if (people.length === 0) return null;
  return (
    <div id="chat-mentions" className={styles.list} role="listbox" aria-label={t('composer.mention')}>
      {people.map((person, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field
        <div
          key={person.id}
          id={`chat-mention-${person.id}`}
          className={styles.row}
          role="option"
          tabIndex={-1}
          aria-selected={person.id === chosen}
          onPointerMove={() => onPoint(at)}
          // The field keeps the focus.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(person)}
        >
          {person.id === 'all' ? (
            <span className={styles.all}>
              <UsersRound size={16} strokeWidth={1.75} aria-hidden="true" />
            </span>
          ) : (
            <Avatar id={person.id} name={person.name} src={person.avatar_url} size={28} />
          )}
          <span className={styles.name}>{person.name}</span>
          <span className={styles.title}>{person.title}</span>
        </div>
      ))}
    </div>
  );
}
