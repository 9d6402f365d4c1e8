/** Words that were taken back can be had again for a while. */
import { describe, expect, it } from 'vitest';
import { sampleMessage } from '../sample';
import { keepTaken, takenText } from './again';

describe('what was taken back', () => {
  it('is there for five minutes', () => {
    keepTaken(sampleMessage({ id: 'a', text: '原话' }), 1000);
    expect(takenText('a', 2000)).toBe('原话');
    expect(takenText('a', 1000 + 5 * 60_000)).toBeNull();
    expect(takenText('b', 2000)).toBeNull();
  });

  it('is kept of a few messages', () => {
    for (let seq = 1; seq <= 30; seq += 1) keepTaken(sampleMessage({ id: `m${seq}`, seq }), 0);
    expect([takenText('m1', 1), takenText('m30', 1)]).toEqual([null, '30']);
  });
});
