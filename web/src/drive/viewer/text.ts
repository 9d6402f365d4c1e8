/** The beginning of a text file, whatever its letters are written in. */

export const textBytesMax = 512 * 1024;

/** UTF-8, or else what Chinese programs wrote before it. */
export function decoded(bytes: Uint8Array): string {
  const isCut = bytes.length >= textBytesMax;
  try {
    // A letter may be cut at the end of what was fetched.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return new TextDecoder('gb18030').decode(bytes);
  }
}

export async function fetchText(url: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(url, { headers: { Range: `bytes=0-${textBytesMax - 1}` }, signal });
  if (!response.ok) throw new Error(`${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer()).subarray(0, textBytesMax);
  return decoded(bytes);
}
