import { describe, expect, it } from 'vitest';
import { columnsOf, soloSize } from './gallery';

describe('pictures in a message', () => {
  it.each([
    [4000, 3000, 320, 240],
    [1000, 4000, 96, 320],
    [40, 40, 96, 96],
    [200, 100, 200, 100],
    [null, null, 240, 180],
  ])('%s × %s is drawn %s × %s', (width, height, wide, high) =>
    expect(soloSize(width, height)).toEqual({ width: wide, height: high }),
  );
  it('stand in columns', () => expect([1, 2, 3, 4, 5, 9].map(columnsOf)).toEqual([1, 2, 3, 2, 3, 3]));
});
