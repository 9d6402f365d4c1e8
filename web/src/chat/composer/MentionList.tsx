/** Who may be meant by what follows an `@`. */
import { useQuery } from '@tanstack/react-query';
import { MailQuestion, UsersRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { api, type MemberPage } from '@/api';
import { useSettled } from '@/lib';
import { Avatar } from '@/ui';
import { chatSettingsQuery } from '../api';
import { useChat, usePeople } from '../session';
import { unreadBy } from '../sync/readers';
import { messagesOf } from '../sync/state';
import { useOpen } from '../thread/context';
import { newestOwn } from '../thread/lines';
import styles from './MentionList.module.css';
import { fitting, type Named } from './mention';

const shownMax = 8;
const foundMax = 20;
/** So many of those who have not read are mentioned at once. */
const unreadMax = 20;

export type Candidate = Named & {
  avatar_url: string | null;
  title: string | null;
  /** Those who are mentioned in its place. */
  people?: Named[];
};

/** How many have not read the newest of one’s own messages, and the first of them; nothing when all have. */
function useUnread(isAsked: boolean): { count: number; ids: string[] } | null {
  const { conversation, me } = useOpen();
  const members = useChat((state) => state.rosters[conversation.id]?.members);
  const newest = useChat((state) =>
    isAsked ? (newestOwn(messagesOf(state, conversation.id), me) ?? null) : null,
  );
  const isListed = useQuery(chatSettingsQuery).data?.read_lists ?? true;
  if (!newest || newest.recalled_at !== null || !members || !isListed) return null;
  const unread = unreadBy(members, me, newest.seq);
  return unread.length > 0
    ? { count: unread.length, ids: unread.slice(0, unreadMax).map(({ member_id }) => member_id) }
    : null;
}

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
  const unread = useUnread(words !== null);
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
  const fits = (name: string, latin: string) =>
    name.startsWith(words) || latin.startsWith(words.toLowerCase());
  const all = mayAll && fits(everybody.name, 'all');
  const laggards: Candidate[] = [];
  if (unread && fits(t('composer.unread'), 'unread')) {
    const late = new Set(unread.ids);
    const isMore = unread.count > unreadMax;
    laggards.push({
      id: 'unread',
      name: t('composer.unread'),
      avatar_url: null,
      title: t(isMore ? 'composer.unreadFirst' : 'composer.unreadCount', {
        count: unread.count,
        max: unreadMax,
      }),
      people: people.filter((one) => late.has(one.id)),
    });
  }
  return [...(all ? [everybody] : []), ...laggards, ...named, ...byPinyin].slice(0, shownMax);
}

type Props = {
  people: Candidate[];
  chosen: string | null;
  onPick: (person: Candidate) => void;
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
          {person.id === 'all' || person.people ? (
            <span className={styles.all}>
              {person.people ? (
                <MailQuestion size={16} strokeWidth={1.75} aria-hidden="true" />
              ) : (
                <UsersRound size={16} strokeWidth={1.75} aria-hidden="true" />
              )}
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
