/** What people are called: by their nickname in a conversation, else by their name. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Roster } from '@/api';
import { useEvent } from '@/lib';
import { useChat, usePeople, usePerson, useSession } from './session';
import type { NameOf } from './words';

/** Every row asks at every change: the list of members is gone through once. */
const nicknames = new WeakMap<Roster, Map<string, string>>();

function nicknameIn(roster: Roster | undefined, id: string | null): string | undefined {
  if (!roster || id === null) return undefined;
  let known = nicknames.get(roster);
  if (!known) {
    known = new Map(roster.members.map((one) => [one.member_id, one.nickname]));
    nicknames.set(roster, known);
  }
  return known.get(id) || undefined;
}

export function useName(id: string | null, conversation?: string): string {
  const { t } = useTranslation('chat');
  const person = usePerson(id);
  const nickname = useChat((state) => nicknameIn(conversation ? state.rosters[conversation] : undefined, id));
  return nickname ?? person?.name ?? t('somebody');
}

/** Names for a line that tells of several people; oneself is “you”. */
export function useNames(ids: readonly (string | null)[], conversation?: string): NameOf {
  const { t } = useTranslation('chat');
  const { people, store } = useSession();
  const known = usePeople((all) => ids.map((id) => (id ? all[id]?.name : undefined)));
  const roster = useChat((state) => (conversation ? state.rosters[conversation] : undefined));
  const missing = ids.filter((id, at) => id && !known[at]).join(' ');
  useEffect(() => {
    for (const id of missing.split(' ')) if (id) people.ask(id);
  }, [missing, people]);
  return (id) => {
    if (id === store.me) return t('you');
    return nicknameIn(roster, id) ?? known[ids.indexOf(id)] ?? t('somebody');
  };
}

/** A question for any moment: what somebody is called by now. */
export function useNameOf(): NameOf {
  const { t } = useTranslation('chat');
  const { people, store } = useSession();
  return useEvent((id) => (id === store.me ? t('you') : (id && people.state()[id]?.name) || t('somebody')));
}

/** The people whose names are mentions in a text of this conversation. */
export function useMentionNames(ids: readonly string[], conversation: Conversation | undefined): string[] {
  const { t } = useTranslation('chat');
  const { people } = useSession();
  const names = usePeople((all) => ids.map((id) => all[id]?.name ?? ''));
  const missing = ids.filter((_, at) => !names[at]).join(' ');
  useEffect(() => {
    for (const id of missing.split(' ')) if (id) people.ask(id);
  }, [missing, people]);
  const roster = useChat((state) => (conversation ? state.rosters[conversation.id] : undefined));
  const nicknames = ids.map((id) => nicknameIn(roster, id) ?? '');
  return [...names, ...nicknames, t('everybody'), 'all', '所有人'];
}
