/** Where files were on their way to when the page was closed: choosing the same file again goes on from there. */
import { recall, remember } from '@/lib';
import type { Parcel } from './line';

const storedUnder = 'drive.begun';
const begunMax = 40;

type Begun = Record<string, string>;

function all(): Begun {
  try {
    const value: unknown = JSON.parse(recall(storedUnder) ?? '{}');
    return value && typeof value === 'object' ? (value as Begun) : {};
  } catch {
    return {};
  }
}

const write = (begun: Begun) => remember(storedUnder, JSON.stringify(begun));

/** The same file for the same place, as far as a page can tell. */
export const begunKey = ({ file, place }: Parcel): string =>
  [...Object.values(place), file.name, file.size, file.lastModified].join(' ');

export const begunAt = (key: string): string | undefined => all()[key];

export function keepBegun(key: string, url: string): void {
  const others = Object.entries(all()).filter(([one]) => one !== key);
  write(Object.fromEntries([...others.slice(1 - begunMax), [key, url]]));
}

export function forgetBegun(key: string): void {
  const { [key]: _, ...others } = all();
  write(others);
}
