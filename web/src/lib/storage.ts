/** Small preferences of this device. Private windows may refuse storage; then nothing is remembered. */

export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`hutong.${key}`);
    else localStorage.setItem(`hutong.${key}`, value);
  } catch {
    // Storage is refused: the preference lasts until the page closes.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`hutong.${key}`);
  } catch {
    return null;
  }
}
