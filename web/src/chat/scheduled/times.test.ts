/** Which moments are offered at which time. */
import { describe, expect, it } from 'vitest';
import { momentsFrom, pickFrom } from './times';

const offered = (...now: [number, number, number, number, number]) =>
  momentsFrom(new Date(...now).getTime()).map(({ name, at }) => {
    const date = new Date(at);
    return `${name} ${date.getMonth() + 1}-${date.getDate()} ${date.getHours()}:${date.getMinutes()}`;
  });

describe('moments to send at', () => {
  it('are later today, tomorrow and on Monday', () => {
    // A Thursday.
    expect(offered(2026, 10, 26, 10, 20)).toEqual([
      'laterToday 11-26 12:0',
      'tomorrow 11-27 9:0',
      'monday 11-30 9:0',
    ]);
  });

  it('leave out an evening that is over, and a Monday that is tomorrow', () => {
    expect(offered(2026, 10, 29, 19, 30)).toEqual(['tomorrow 11-30 9:0']);
    expect(offered(2026, 10, 26, 23, 10)[0]).toBe('tomorrow 11-27 9:0');
  });

  it('on a Monday mean the next one', () => {
    expect(offered(2026, 10, 30, 8, 0)[2]).toBe('monday 12-7 9:0');
  });

  it('begin on the quarter of an hour', () => {
    expect(new Date(pickFrom(new Date(2026, 10, 26, 10, 20).getTime())).getMinutes()).toBe(30);
  });
});
