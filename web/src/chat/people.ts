/** Whoever is named in a conversation: faces, titles, presence. Asked for once, by many at a time. */
import { api, type Member, type MemberPage, type Presence, type ServerEvent } from '@/api';
import type { Readable } from '@/lib';

export type Person = {
  id: string;
  name: string;
  title: string | null;
  avatar_url: string | null;
  presence: Presence;
};

export type People = Readonly<Record<string, Person>>;

type Card = Omit<Person, 'presence'> & { presence?: Presence };

/** So many colleagues are fetched before anybody is asked for by name. */
const warmMax = 300;
const pageSize = 100;

export class PeopleStore implements Readable<People> {
  private current: People = {};
  private listeners = new Set<() => void>();
  private asked = new Set<string>();

  constructor(
    private readonly page: (cursor: string | null) => Promise<MemberPage> = (cursor) =>
      api.get<MemberPage>('/api/org/members', { status: 'active', limit: pageSize, cursor }),
    private readonly one: (id: string) => Promise<Member> = (id) => api.get<Member>(`/api/org/members/${id}`),
  ) {}

  state = (): People => this.current;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  hear = (event: ServerEvent): void => {
    if (event.type === 'hello' || event.type === 'org.changed') void this.warm();
    if (event.type !== 'presence') return;
    const person = this.current[event.member_id];
    if (person) this.learn([{ ...person, presence: event.presence }]);
  };

  /** Fetches the first colleagues: in a small office that is everybody. */
  warm = async (): Promise<void> => {
    this.asked.clear();
    try {
      let cursor: string | null = null;
      let seen = 0;
      do {
        const page: MemberPage = await this.page(cursor);
        this.learn(page.members);
        cursor = page.next_cursor;
        seen += page.members.length;
      } while (cursor && seen < warmMax);
    } catch {
      // Whoever is drawn is asked for one by one.
    }
  };

  /** Takes what other answers say about people. */
  learn = (cards: readonly Card[]): void => {
    const next: Record<string, Person> = { ...this.current };
    for (const card of cards) {
      const { id, name, title, avatar_url } = card;
      const presence = card.presence ?? this.current[id]?.presence ?? 'offline';
      next[id] = { id, name, title, avatar_url, presence };
    }
    this.current = next;
    for (const listener of [...this.listeners]) listener();
  };

  /** Asks for somebody who is not known yet. */
  ask = (id: string): void => {
    if (this.current[id] || this.asked.has(id)) return;
    this.asked.add(id);
    this.one(id).then(
      (member) => this.learn([member]),
      () => undefined,
    );
  };
}
