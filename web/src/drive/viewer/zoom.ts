/** How a picture lies under its window: how large, and how far it was moved. Plain arithmetic. */

export type Zoom = { scale: number; x: number; y: number };

export const fitted: Zoom = { scale: 1, x: 0, y: 0 };
export const scaleMax = 8;

/** Half of what hangs over the edges of the window: further it cannot be moved. */
export type Reach = { width: number; height: number };

const between = (value: number, edge: number) => Math.min(edge, Math.max(-edge, value));

/** Larger or smaller around a point, given from the middle of the window. */
export function zoomed(zoom: Zoom, factor: number, at: { x: number; y: number }): Zoom {
  const scale = Math.min(scaleMax, Math.max(1, zoom.scale * factor));
  if (scale === 1) return fitted;
  const by = scale / zoom.scale;
  return { scale, x: at.x - (at.x - zoom.x) * by, y: at.y - (at.y - zoom.y) * by };
}

export const moved = (zoom: Zoom, dx: number, dy: number): Zoom => ({
  ...zoom,
  x: zoom.x + dx,
  y: zoom.y + dy,
});

/** Not so far that nothing of it is left in the window. */
export function kept(zoom: Zoom, picture: Reach, frame: Reach): Zoom {
  const over = (size: number, room: number) => Math.max(0, (size * zoom.scale - room) / 2);
  return {
    scale: zoom.scale,
    x: between(zoom.x, over(picture.width, frame.width)),
    y: between(zoom.y, over(picture.height, frame.height)),
  };
}
