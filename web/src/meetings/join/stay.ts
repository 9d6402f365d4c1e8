/**
 * That this tab is in a meeting, and how, so that a reload leads straight back in. Kept by the tab; only a
 * reload reads it: a copied tab must not push the first one out.
 */

export interface Stay {
  readonly number: string;
  readonly microphone: boolean;
  readonly camera: boolean;
}

const KEY = 'hutong.stay';

export function noteStay(stay: Stay | null): void {
  try {
    if (stay) sessionStorage.setItem(KEY, JSON.stringify(stay));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is refused: a reload then ends at the preview.
  }
}

/** The stay that a reload interrupted, once. */
export function interruptedStay(number: string): Stay | null {
  const text = read();
  noteStay(null);
  if (text === null || !reloaded()) return null;
  const stay = parse(text);
  return stay?.number === number ? stay : null;
}

function reloaded(): boolean {
  const [entry] = performance.getEntriesByType('navigation');
  return entry instanceof PerformanceNavigationTiming && entry.type === 'reload';
}

function read(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function parse(text: string): Stay | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return null;
    const { number, microphone, camera } = value as Record<string, unknown>;
    if (typeof number !== 'string') return null;
    return { number, microphone: microphone === true, camera: camera === true };
  } catch {
    return null;
  }
}
