import { describe, expect, it } from 'vitest';
import { organisationMark, shortName } from './names';
import { daysAway, duration, longDay, spacedNumber } from './time';

describe('names in small shapes', () => {
  it.each([
    ['陈晓岚', '晓岚'],
    ['李娜', '李娜'],
    ['Anna Schmidt', 'AS'],
    ['Maximiliane Schmidt-Hohenfels', 'MS'],
    ['Björk', 'B'],
    ['  ', ''],
  ])('%s is %s', (name, short) => expect(shortName(name)).toBe(short));

  it('keeps one letter where there is no room', () => expect(shortName('陈晓岚', 1)).toBe('岚'));
  it('calls an organisation by its beginning', () => expect(organisationMark('青砖科技')).toBe('青砖'));
});

describe('times', () => {
  const noon = new Date(2026, 10, 19, 12).getTime();
  it('counts calendar days', () => {
    const [late, early] = [new Date(2026, 10, 18, 23, 59).getTime(), new Date(2026, 10, 20, 0, 1).getTime()];
    expect([daysAway(late, noon), daysAway(noon, noon), daysAway(early, noon)]).toEqual([-1, 0, 1]);
  });
  it('writes days in both languages', () => {
    expect([longDay(noon, 'zh-CN'), longDay(noon, 'en')]).toEqual([
      '11月19日 星期四',
      'Thursday 19 November',
    ]);
  });
  it('writes how long something lasted', () => {
    expect([duration(728_000), duration(3_753_000), duration(-5)]).toEqual(['12:08', '1:02:33', '00:00']);
  });
  it('groups a meeting number', () => expect(spacedNumber('482106937')).toBe('482 106 937'));
});
