import { describe, expect, it } from 'vitest';
import type { Meeting } from './api';
import { hitsOf } from './search';

const meeting = (id: string, title: string, number: string, more: Partial<Meeting> = {}): Meeting =>
  ({ id, title, number, kind: 'scheduled', state: 'scheduled', starts_at: null, ...more }) as Meeting;

const known = {
  running: [meeting('r', '四季度原型评审', '482106937', { state: 'running' })],
  upcoming: [meeting('u', 'Prototype review', '482555111', { starts_at: 0 })],
  personal: meeting('p', '陈晓岚的会议', '534559802', { kind: 'personal' }),
  language: 'en',
  say: (key: string) => key,
};

const found = (words: string) => hitsOf(words, known).map((hit) => `${hit.id} → ${hit.to}`);

describe('searching meetings', () => {
  it('finds what runs and what comes by title', () => {
    expect(found('原型')).toEqual(['r → /m/482106937']);
    expect(found('proto')).toEqual(['u → /m/482555111']);
  });

  it('finds by the beginning of a number, however it is spaced', () => {
    expect(found('482')).toEqual(['r → /m/482106937', 'u → /m/482555111']);
    expect(found('482 106')).toEqual(['r → /m/482106937']);
  });

  it('finds one’s own room by its word', () => {
    expect(found('home.personal')).toEqual(['p → /m/534559802']);
  });

  it('goes to any number that is typed or pasted, once', () => {
    expect(found('111 222 333')).toEqual(['111222333 → /m/111222333']);
    expect(found('https://office.example/m/111222333')).toEqual(['111222333 → /m/111222333']);
    expect(found('482 106 937')).toEqual(['r → /m/482106937']);
  });
});
