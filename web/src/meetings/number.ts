/** Meeting numbers as people write them: with spaces, with dashes, or inside a pasted link. */

export const NUMBER_DIGITS = 9;

export function numberIn(text: string): string | null {
  const link = /\/m\/(\d{9})(?:\D|$)/u.exec(text);
  if (link?.[1]) return link[1];
  const digits = text.replace(/[\s-]/gu, '');
  return /^\d{9}$/u.test(digits) ? digits : null;
}

/** While typing: digits in groups of three; anything else stays as it is typed. */
export function typedNumber(text: string): string {
  const digits = text.replace(/[\s-]/gu, '');
  if (!/^\d{0,9}$/u.test(digits)) return text;
  return digits.replace(/(\d{3})(?=\d)/gu, '$1 ');
}
