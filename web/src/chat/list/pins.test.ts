/** The order of pinned conversations, told as lists. */
import { describe, expect, it } from 'vitest';
import { sampleConversation } from '../sample';
import { movedPins } from './pins';

const conversation = (id: string, pin_position: number, pinned = true) => {
  const plain = sampleConversation({ id });
  return { ...plain, mine: { ...plain.mine, pinned, pin_position } };
};

const all = [conversation('c', 3), conversation('a', 1), conversation('x', 0, false), conversation('b', 2)];
const moves = (id: string, to: number) =>
  movedPins(all, id, to)
    .map((one) => `${one.id}${one.pin_position}`)
    .join(' ');

describe('pinned conversations', () => {
  it('change places, and nothing more than needed is told', () => {
    expect(moves('c', 0)).toBe('c1 a2 b3');
    expect(moves('a', 1)).toBe('b1 a2');
    expect(moves('b', 1)).toBe('');
  });

  it('do not leave their part of the list', () => {
    expect([moves('a', -1), moves('c', 3), moves('x', 0)]).toEqual(['', '', '']);
  });
});
