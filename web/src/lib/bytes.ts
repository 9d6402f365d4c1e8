/** Amounts of data as people read them. */

const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** `18.4 MB`: three digits that matter, one unit. */
export function bytesWords(bytes: number): string {
  let value = Math.max(0, bytes);
  let at = 0;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1024;
    at += 1;
  }
  const digits = at === 0 || value >= 99.95 ? 0 : 1;
  return `${Number(value.toFixed(digits))} ${units[at]}`;
}

/** The SHA-256 of some bytes in hexadecimal, or nothing where the page may not ask for it. */
export async function sha256(blob: Blob): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', await blob.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
