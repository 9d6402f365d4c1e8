/** Numbers as people type and paste them. */
import { describe, expect, it } from 'vitest';
import { numberIn, typedNumber } from './number';

describe('meeting numbers', () => {
  it.each([
    ['482106937', '482106937'],
    [' 482 106-937 ', '482106937'],
    ['https://office.example/m/482106937?x=1', '482106937'],
    ['48210693', null],
    ['4821069371', null],
    ['hello', null],
  ])('in %s', (text, number) => expect(numberIn(text)).toBe(number));

  it('are grouped while they are typed', () => {
    expect(['4', '4821', '482106937', 'https://x'].map(typedNumber)).toEqual([
      '4',
      '482 1',
      '482 106 937',
      'https://x',
    ]);
  });
});
