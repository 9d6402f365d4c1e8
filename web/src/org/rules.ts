/** What the office takes in its fields; the server decides, this only says so earlier. Gives keys of `org`. */
import { passwordLengthMin } from '@/ui';

export const nameLengthMax = 64;

const usernameLengthMax = 32;

export const nameRule = (value: string): string | undefined => {
  if (!value.trim()) return 'rules.name';
  return value.trim().length > nameLengthMax ? 'rules.nameLong' : undefined;
};

export const usernameRule = (value: string): string | undefined => {
  if (value.length < 2) return 'rules.usernameShort';
  return /^[a-z][a-z0-9._-]*$/i.test(value) && value.length <= usernameLengthMax
    ? undefined
    : 'rules.username';
};

export const emailRule = (value: string): string | undefined => {
  if (!value) return undefined;
  if (!/^[^\s@]+@[^\s@]+$/.test(value)) return 'rules.email';
  return /@[^\s@]+\.[^\s@.]{2,}$/.test(value) ? undefined : 'rules.emailTail';
};

/** The addresses in a text, however they are set apart, each once. */
export const addressesIn = (text: string): string[] => [
  ...new Set(
    text
      .split(/[\s,;，；、]+/)
      .map((address) => address.toLowerCase())
      .filter(Boolean),
  ),
];

export const passwordRule = (value: string): string | undefined =>
  value.length < passwordLengthMin ? 'rules.password' : undefined;

/** A username made of a Latin name: `Anna Schmidt` gives `anna.schmidt`. */
export const usernameFrom = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.+|\.+$/g, '');
