/** How loud a voice was over time, as few numbers from 0 to 255. Plain arithmetic. */

export const barsMax = 60;
const loudest = 255;

/** As many bars as fit, each as loud as the loudest moment it stands for; the loudest of all is full. */
export function barsOf(levels: readonly number[], count = barsMax): number[] {
  if (levels.length === 0) return [];
  const bars = Math.min(count, levels.length);
  const peaks = Array.from({ length: bars }, (_, at) => {
    const from = Math.floor((at * levels.length) / bars);
    const to = Math.max(from + 1, Math.floor(((at + 1) * levels.length) / bars));
    return Math.max(...levels.slice(from, to));
  });
  const top = Math.max(...peaks);
  return peaks.map((peak) => (top > 0 ? Math.round((peak / top) * loudest) : 0));
}

/** The level of one moment of sound, from 0 to 1; quiet voices are seen too. */
export function levelOf(samples: Uint8Array): number {
  let sum = 0;
  for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
  return Math.min(1, Math.sqrt(sum / Math.max(1, samples.length)) * 3);
}
