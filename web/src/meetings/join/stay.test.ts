import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { interruptedStay, noteStay } from './stay';

class Navigation {
  constructor(readonly type: string) {}
}

/** How the page was opened. */
function opened(type: 'reload' | 'navigate'): void {
  vi.stubGlobal('PerformanceNavigationTiming', Navigation);
  vi.stubGlobal('performance', { ...performance, getEntriesByType: () => [new Navigation(type)] });
}

const stay = { number: '482106937', microphone: false, camera: true };

describe('a stay', () => {
  beforeEach(() => sessionStorage.clear());
  afterEach(() => vi.unstubAllGlobals());

  it('goes on after a reload as it was, once', () => {
    noteStay(stay);
    opened('reload');
    expect(interruptedStay('482106937')).toEqual(stay);
    expect(interruptedStay('482106937')).toBeNull();
  });

  it('is not taken up by a copied tab, which would push the first one out', () => {
    noteStay(stay);
    opened('navigate');
    expect(interruptedStay('482106937')).toBeNull();
  });

  it('belongs to one meeting, and to nobody who left', () => {
    opened('reload');
    noteStay(stay);
    expect(interruptedStay('111222333')).toBeNull();
    noteStay(stay);
    noteStay(null);
    expect(interruptedStay('482106937')).toBeNull();
  });

  it('ignores what it did not write', () => {
    opened('reload');
    sessionStorage.setItem('hutong.stay', '{"number":7}');
    expect(interruptedStay('7')).toBeNull();
    sessionStorage.setItem('hutong.stay', 'x');
    expect(interruptedStay('x')).toBeNull();
  });
});
