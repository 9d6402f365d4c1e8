/** Mentions while one types: what is being looked for, who fits, and who is mentioned in the end. */

export type Named = { id: string; name: string };

/** What follows the `@` before the cursor, and where it stands; null when nobody is being looked for. */
export function mentionAt(text: string, cursor: number): { from: number; words: string } | null {
  const found = /(?:^|[^\p{L}\p{N}@]|\p{Script=Han})@([^\s@]{0,24})$/u.exec(text.slice(0, cursor));
  return found ? { from: cursor - (found[1]?.length ?? 0) - 1, words: found[1] ?? '' } : null;
}

/** Those whose name begins with the words, then those that contain them. */
export function fitting<T extends Named>(people: readonly T[], words: string, max: number): T[] {
  const wanted = words.toLocaleLowerCase();
  const begins = (one: T) =>
    one.name
      .toLocaleLowerCase()
      .split(/\s+/)
      .some((part) => part.startsWith(wanted));
  const contains = people.filter((one) => one.name.toLocaleLowerCase().includes(wanted));
  return [...contains.filter(begins), ...contains.filter((one) => !begins(one))].slice(0, max);
}

/** The text with names in the place of what was typed, and where the cursor goes. */
export function withMentions(text: string, from: number, cursor: number, names: readonly string[]) {
  const put = names.map((name) => `@${name} `).join('');
  return {
    text: text.slice(0, from) + put + text.slice(cursor).replace(/^ /, ''),
    cursor: from + put.length,
  };
}

/** Of those who were picked, whoever is still in the text. */
export function mentioned(text: string, picked: readonly Named[]): string[] {
  return [...new Set(picked.filter(({ name }) => text.includes(`@${name}`)).map(({ id }) => id))];
}
