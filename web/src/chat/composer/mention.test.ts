/** Mentions while one types. */
import { describe, expect, it } from 'vitest';
import { fitting, mentionAt, mentioned, withMentions } from './mention';

const people = [
  { id: '1', name: '陈晓岚' },
  { id: '2', name: 'Anna Schmidt' },
  { id: '3', name: 'Hanna' },
];
const names = (words: string) => fitting(people, words, 8).map(({ name }) => name);

describe('a mention', () => {
  it.each([
    ['@', 1, { from: 0, words: '' }],
    ['hi @an', 6, { from: 3, words: 'an' }],
    ['你好@晓', 4, { from: 2, words: '晓' }],
    ['a@b.example', 3, null],
    ['@an na', 6, null],
    ['@an', 0, null],
  ])('is looked for in %j at %i', (text, cursor, found) => expect(mentionAt(text, cursor)).toEqual(found));

  it('is of whoever begins so, then of whoever contains it', () => {
    expect(names('an')).toEqual(['Anna Schmidt', 'Hanna']);
    expect(names('sch')).toEqual(['Anna Schmidt']);
    expect(names('晓')).toEqual(['陈晓岚']);
  });

  it('takes the place of what was typed', () => {
    expect(withMentions('hi @an, ok', 3, 6, ['Anna'])).toEqual({ text: 'hi @Anna , ok', cursor: 9 });
  });

  it('may be of several people at once', () => {
    expect(withMentions('hi @unr', 3, 7, ['Anna', '陈晓岚'])).toEqual({
      text: 'hi @Anna @陈晓岚 ',
      cursor: 14,
    });
  });

  it('counts only as long as it stands in the text', () => {
    expect(mentioned('@陈晓岚 hi', [...people, { id: '1', name: '陈晓岚' }])).toEqual(['1']);
  });
});
