import { describe, expect, it } from 'vitest';
import { Gathered, type SubjectCard } from './subjects';

const card = (title: string) => ({ title }) as SubjectCard;

describe('cards of subjects', () => {
  it('are asked for together, each once', async () => {
    const asked: string[] = [];
    const gathered = new Gathered(async (of) => {
      asked.push(of);
      return {
        subjects: [
          { kind: 'a.b', id: '1', card: card('One') },
          { kind: 'a.b', id: '2', card: null },
        ],
      };
    });
    const all = [
      { kind: 'a.b', id: '1' },
      { kind: 'a.b', id: '2' },
      { kind: 'a.b', id: '1' },
    ];
    const cards = await Promise.all(all.map((one) => gathered.lookUp(one)));
    expect(cards).toEqual([card('One'), null, card('One')]);
    expect(asked).toEqual(['a.b:1,a.b:2']);
  });

  it('come in several questions when they are many', async () => {
    const counts: number[] = [];
    const gathered = new Gathered(async (of) => {
      counts.push(of.split(',').length);
      return { subjects: [] };
    });
    await Promise.all(Array.from({ length: 60 }, (_, id) => gathered.lookUp({ kind: 'a.b', id: `${id}` })));
    expect(counts).toEqual([50, 10]);
  });

  it('fail together', async () => {
    const gathered = new Gathered(() => Promise.reject(new Error('away')));
    await expect(gathered.lookUp({ kind: 'a.b', id: '1' })).rejects.toThrow('away');
  });
});
