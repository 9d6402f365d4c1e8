/** Pictures people choose, made small before they leave the device. */

/** The largest centred square of a picture, at most `side` pixels wide, as JPEG. */
export async function squarePicture(file: Blob, side: number): Promise<Blob> {
  const bitmap = await createImageBitmap(file);
  const edge = Math.min(bitmap.width, bitmap.height);
  const size = Math.min(side, edge);
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.fillStyle = 'white';
  context.fillRect(0, 0, size, size);
  context.drawImage(
    bitmap,
    (bitmap.width - edge) / 2,
    (bitmap.height - edge) / 2,
    edge,
    edge,
    0,
    0,
    size,
    size,
  );
  bitmap.close();
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.9);
  });
}

export type Size = { width: number; height: number };

/** How large a picture is, or nothing if this browser cannot read it. */
export async function pictureSize(file: Blob): Promise<Size | null> {
  try {
    const bitmap = await createImageBitmap(file);
    const { width, height } = bitmap;
    bitmap.close();
    return { width, height };
  } catch {
    return null;
  }
}

/** Pictures that would lose what they are by being drawn again: movement, sharp edges at any size. */
const drawnAgain = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/bmp']);

const toBlob = (canvas: HTMLCanvasElement, type: string, quality: number) =>
  new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, quality));

/** A picture whose longer edge is at most `edge` pixels; the same file where that would gain nothing. */
export async function fittedPicture(file: File, edge: number): Promise<File> {
  if (!drawnAgain.has(file.type)) return file;
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, edge / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    const context = canvas.getContext('2d');
    if (!context) return file;
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    // What is transparent stays so; browsers that do not write WebP answer with PNG.
    const webp = await toBlob(canvas, 'image/webp', 0.82);
    const small =
      webp?.type === 'image/webp' || file.type === 'image/png'
        ? webp
        : await toBlob(canvas, 'image/jpeg', 0.82);
    if (!small || small.size >= file.size) return file;
    const ending = small.type === 'image/webp' ? 'webp' : small.type === 'image/png' ? 'png' : 'jpg';
    const name = `${file.name.replace(/\.[^.]*$/, '')}.${ending}`;
    return new File([small], name, { type: small.type, lastModified: file.lastModified });
  } catch {
    return file;
  }
}
