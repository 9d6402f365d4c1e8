/** What the organisation allows of files, as it is typed: sizes in GB, lengths in days. */
import type { DriveSettings } from '@/api';

const gb = 1024 ** 3;
const gbMax = 1_000_000;

/** The settings that are typed. */
export const typed = [
  'member_quota_bytes',
  'organisation_quota_bytes',
  'retention_days',
  'bin_days',
  'versions_kept',
] as const;
export type Typed = (typeof typed)[number];
export type Amounts = Record<Typed, string>;

/** What the office takes; the least and the most of each. */
export const bounds: Record<Typed, readonly [min: number, max: number]> = {
  member_quota_bytes: [0, gbMax],
  organisation_quota_bytes: [0, gbMax],
  retention_days: [0, 36_500],
  bin_days: [1, 36_500],
  versions_kept: [1, 500],
};

export const isSize = (name: Typed): boolean => name.endsWith('_bytes');

/** Bytes as GB; a little is never shown as nothing. */
export function gbOf(bytes: number): string {
  const value = bytes / gb;
  return value.toFixed(value < 0.001 ? 9 : 3).replace(/\.?0+$/, '');
}

export function amountsOf(settings: DriveSettings): Amounts {
  const shown = (name: Typed) => (isSize(name) ? gbOf(settings[name]) : String(settings[name]));
  return Object.fromEntries(typed.map((name) => [name, shown(name)])) as Amounts;
}

const sizeShape = /^\d{1,7}(\.\d{1,9})?$/;
const countShape = /^\d{1,5}$/;

/** The number that was typed; nothing when it is none, or out of bounds. */
export function amountIn(name: Typed, text: string): number | null {
  const words = text.trim();
  if (!(isSize(name) ? sizeShape : countShape).test(words)) return null;
  const [min, max] = bounds[name];
  const value = Number(words);
  return value >= min && value <= max ? value : null;
}

/** The settings with what was typed; what was not touched stays as exact as it was. Nothing when a field is wrong. */
export function withAmounts(settings: DriveSettings, amounts: Amounts): DriveSettings | null {
  const before = amountsOf(settings);
  const next = { ...settings };
  for (const name of typed) {
    if (amounts[name].trim() === before[name]) continue;
    const value = amountIn(name, amounts[name]);
    if (value === null) return null;
    next[name] = isSize(name) ? Math.round(value * gb) : value;
  }
  return next;
}
