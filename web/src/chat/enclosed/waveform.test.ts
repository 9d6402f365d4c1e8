import { describe, expect, it } from 'vitest';
import { barsMax, barsOf, levelOf } from './waveform';

describe('the picture of a voice', () => {
  it('keeps its peaks', () => expect(barsOf([0, 0.1, 0, 0.5, 0, 0.25], 3)).toEqual([51, 255, 128]));
  it('has as many bars as fit, and no more than were heard', () => {
    expect(barsOf(Array(1000).fill(0.3))).toHaveLength(barsMax);
    expect(barsOf([0.2, 0.2])).toEqual([255, 255]);
    expect(barsOf([])).toEqual([]);
    expect(barsOf([0, 0])).toEqual([0, 0]);
  });
  it('measures silence as nothing', () => {
    expect(levelOf(new Uint8Array(64).fill(128))).toBe(0);
    expect(levelOf(Uint8Array.from({ length: 64 }, (_, at) => (at % 2 ? 255 : 0)))).toBe(1);
  });
});
