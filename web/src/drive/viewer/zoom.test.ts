/** The picture stays under the finger, and in its window. */
import { describe, expect, it } from 'vitest';
import { opened, openViewer } from './opened';
import type { Viewable } from './viewable';
import { fitted, kept, moved, scaleMax, zoomed } from './zoom';

describe('zooming', () => {
  it('keeps the point under the pointer where it is', () => {
    const at = { x: 100, y: -40 };
    const once = zoomed(fitted, 2, at);
    const point = { x: (at.x - once.x) / once.scale, y: (at.y - once.y) / once.scale };
    expect(point).toEqual(at);
  });

  it('ends at both ends', () => {
    expect(zoomed(fitted, 0.5, { x: 9, y: 9 })).toEqual(fitted);
    expect(zoomed(fitted, 100, { x: 0, y: 0 }).scale).toBe(scaleMax);
  });

  it('does not lose the picture', () => {
    const far = moved({ scale: 2, x: 0, y: 0 }, 10_000, -10_000);
    expect(kept(far, { width: 400, height: 100 }, { width: 600, height: 300 })).toEqual({
      scale: 2,
      x: 100,
      y: -0,
    });
  });
});

describe('the viewer', () => {
  const files = ['a', 'b'].map((id) => ({ id }) as Viewable);
  it('goes from file to file and stops at the ends', () => {
    openViewer(files, 1);
    opened.dispatch({ step: 1 });
    expect(opened.state()?.at).toBe(1);
    opened.dispatch({ step: -1 });
    opened.dispatch({ step: -1 });
    expect(opened.state()?.at).toBe(0);
    opened.dispatch('close');
    expect(opened.state()).toBeNull();
  });
});
