/** How a person or an organisation is written inside a small shape. */

const han = /\p{Script=Han}/u;

/** The last two Han characters of a name, or the initials of a name in another script. */
export function shortName(name: string, length: 1 | 2 = 2): string {
  const trimmed = name.trim();
  const hans = [...trimmed].filter((letter) => han.test(letter));
  if (hans.length > 0) return hans.slice(-length).join('');
  const words = trimmed.split(/[\s\-_.]+/).filter(Boolean);
  const letters = words.map((word) => [...word][0] ?? '').join('');
  return letters.slice(0, length).toUpperCase();
}

/** The first two Han characters of an organisation's name, or its initials. */
export function organisationMark(name: string): string {
  const hans = [...name].filter((letter) => han.test(letter));
  return hans.length > 0 ? hans.slice(0, 2).join('') : shortName(name);
}
