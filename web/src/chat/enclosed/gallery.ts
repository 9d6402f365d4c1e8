/** How large pictures are in a message: known before they are fetched, so that nothing jumps. Plain arithmetic. */

export const galleryMax = 9;

const edgeMax = 320;
const edgeMin = 96;
const unknown = { width: 240, height: 180 };

/** One picture alone: its own shape, within bounds. */
export function soloSize(width: number | null, height: number | null): { width: number; height: number } {
  if (!width || !height) return unknown;
  const scale = Math.min(1, edgeMax / width, edgeMax / height);
  const bounded = (value: number) => Math.round(Math.min(edgeMax, Math.max(edgeMin, value * scale)));
  return { width: bounded(width), height: bounded(height) };
}

/** Pictures side by side: few are large, many are small. */
export const columnsOf = (count: number): number => (count === 1 ? 1 : count === 2 || count === 4 ? 2 : 3);
