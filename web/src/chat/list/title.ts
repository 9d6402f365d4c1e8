/** What a group is called until somebody names it. */
export const titleLengthMax = 60;
const namedMax = 4;

export const titleFor = (people: readonly { name: string }[], comma: string): string =>
  people
    .slice(0, namedMax)
    .map(({ name }) => name)
    .join(comma)
    .slice(0, titleLengthMax);
