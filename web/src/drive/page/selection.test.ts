import { describe, expect, it } from 'vitest';
import { all, existing, nothingChosen, stretched, toggled } from './selection';

const order = ['a', 'b', 'c', 'd'];

describe('choosing entries', () => {
  it('goes one by one', () => {
    const two = toggled(toggled(nothingChosen, 'a'), 'c');
    expect([...two.ids]).toEqual(['a', 'c']);
    expect([...toggled(two, 'a').ids]).toEqual(['c']);
  });
  it('stretches from the last one touched, in both directions', () => {
    expect([...stretched(toggled(nothingChosen, 'b'), 'd', order).ids]).toEqual(['b', 'c', 'd']);
    expect([...stretched(toggled(nothingChosen, 'c'), 'a', order).ids].sort()).toEqual(['a', 'b', 'c']);
    expect([...stretched(nothingChosen, 'b', order).ids]).toEqual(['b']);
  });
  it('forgets what has gone', () => {
    expect([...existing(all(order), ['b', 'd', 'e']).ids]).toEqual(['b', 'd']);
    const kept = all(order);
    expect(existing(kept, order)).toBe(kept);
  });
});
