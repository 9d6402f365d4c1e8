/**
 * Things of the office as cards: a meeting, a folder, a group. What is shown at the same time is asked for with one
 * question; whoever may not know of a thing gets nothing.
 */
import { queryOptions } from '@tanstack/react-query';
import { api } from './client';
import type { Schemas, Written } from './written';

export type Subject = { kind: string; id: string };
export type SubjectCard = Written<Schemas['SubjectCard']>;
type Seen = Subject & { card: SubjectCard | null };

/** Asks for the cards of all these at once. */
type Ask = (of: string) => Promise<{ subjects: Seen[] }>;

const atOnce = 50;
const nameOf = ({ kind, id }: Subject) => `${kind}:${id}`;

/** Gathers what is asked for within one turn, and asks for it together. */
export class Gathered {
  private waiting: {
    subject: Subject;
    resolve: (card: SubjectCard | null) => void;
    reject: (error: unknown) => void;
  }[] = [];

  constructor(private readonly ask: Ask) {}

  lookUp(subject: Subject): Promise<SubjectCard | null> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ subject, resolve, reject });
      if (this.waiting.length === 1) setTimeout(() => this.flush(), 0);
    });
  }

  private flush() {
    const all = this.waiting;
    this.waiting = [];
    for (let from = 0; from < all.length; from += atOnce) void this.answer(all.slice(from, from + atOnce));
  }

  private async answer(some: typeof this.waiting) {
    try {
      const { subjects } = await this.ask([...new Set(some.map(({ subject }) => nameOf(subject)))].join(','));
      const cards = new Map(subjects.map((seen) => [nameOf(seen), seen.card]));
      for (const { subject, resolve } of some) resolve(cards.get(nameOf(subject)) ?? null);
    } catch (error) {
      for (const { reject } of some) reject(error);
    }
  }
}

const gathered = new Gathered((of) => api.get('/api/subjects', { of }));

export const subjectKey = ['subjects'] as const;

export const subjectQuery = (subject: Subject) =>
  queryOptions({
    queryKey: [...subjectKey, subject.kind, subject.id],
    queryFn: () => gathered.lookUp(subject),
    staleTime: 60_000,
  });
