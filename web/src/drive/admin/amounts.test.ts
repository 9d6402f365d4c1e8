/** Sizes and days as they are typed. */
import { describe, expect, it } from 'vitest';
import type { DriveSettings } from '@/api';
import { amountIn, amountsOf, gbOf, withAmounts } from './amounts';

const gb = 1024 ** 3;
const settings: DriveSettings = {
  member_quota_bytes: 100 * gb,
  organisation_quota_bytes: 12_345_678_901,
  retention_days: 0,
  bin_days: 30,
  versions_kept: 20,
  links_allowed: true,
};

describe('amounts', () => {
  it.each([
    [0, '0'],
    [100 * gb, '100'],
    [1.5 * gb, '1.5'],
    [10, '0.000000009'],
  ])('show %i bytes as %s GB', (bytes, words) => expect(gbOf(bytes)).toBe(words));

  it.each([
    ['member_quota_bytes', '0', 0],
    ['member_quota_bytes', ' 2.5 ', 2.5],
    ['member_quota_bytes', '-1', null],
    ['member_quota_bytes', '1e3', null],
    ['member_quota_bytes', '', null],
    ['member_quota_bytes', '1000001', null],
    ['retention_days', '0', 0],
    ['bin_days', '0', null],
    ['bin_days', '1.5', null],
    ['versions_kept', '500', 500],
    ['versions_kept', '501', null],
  ] as const)('of %s read %j as %j', (name, text, value) => expect(amountIn(name, text)).toBe(value));

  it('leave alone what was not typed', () => {
    const typed = { ...amountsOf(settings), member_quota_bytes: '0.5', bin_days: '7' };
    expect(withAmounts(settings, typed)).toEqual({ ...settings, member_quota_bytes: gb / 2, bin_days: 7 });
    expect(withAmounts(settings, { ...typed, bin_days: 'a week' })).toBeNull();
  });
});
