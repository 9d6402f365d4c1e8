/** The conversations and people of whoever is signed in on this page. */
import { useEffect } from 'react';
import { useMe } from '@/api';
import { uploads } from '@/drive';
import { newId, useStore } from '@/lib';
import { office } from './api';
import { type People, PeopleStore, type Person } from './people';
import type { Office } from './sync/office';
import { deviceBox } from './sync/outbox';
import type { ChatState } from './sync/state';
import { ChatStore } from './sync/store';

export type Session = { store: ChatStore; people: PeopleStore };

let current: (Session & { me: string }) | null = null;

/** Begins anew when somebody else has signed in. */
export function sessionOf(me: string): Session {
  if (current?.me === me) return current;
  current?.store.end();
  const people = new PeopleStore();
  const store = new ChatStore({
    me,
    office: naming(people),
    carrier: uploads,
    box: deviceBox(me),
    clock: Date.now,
    makeId: newId,
  });
  current = { me, store, people };
  return current;
}

/** The office, whose answers say who people are. */
const naming = (people: PeopleStore): Office => ({
  ...office,
  conversations: async () => {
    const list = await office.conversations();
    people.learn(list.flatMap(({ peer }) => peer ?? []));
    return list;
  },
  roster: async (id) => {
    const roster = await office.roster(id);
    people.learn(roster.people);
    return roster;
  },
});

/** For acts outside of React: whoever is signed in by now. */
export const currentSession = (): Session | null => current;

export const useSession = (): Session => sessionOf(useMe().member.id);

export const useChat = <T>(select: (state: ChatState) => T): T => useStore(useSession().store, select);

export const usePeople = <T>(select: (people: People) => T): T => useStore(useSession().people, select);

/** Somebody, who is fetched if nobody has named them yet. */
export function usePerson(id: string | null | undefined): Person | undefined {
  const { people } = useSession();
  const person = usePeople((all) => (id ? all[id] : undefined));
  useEffect(() => {
    if (id && !person) people.ask(id);
  }, [id, person, people]);
  return person;
}
