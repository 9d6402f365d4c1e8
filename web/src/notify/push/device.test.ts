/** What a device can do, and the shape of keys. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { keyBytes, pushState } from './device';

afterEach(() => vi.unstubAllGlobals());

const subscribed = (is: boolean) => ({
  getRegistration: async () => ({ pushManager: { getSubscription: async () => (is ? {} : null) } }),
});

const browser = (permission: string, isSubscribed = false) => {
  vi.stubGlobal('PushManager', class {});
  vi.stubGlobal('Notification', { permission });
  vi.stubGlobal('navigator', { userAgent: '', platform: '', serviceWorker: subscribed(isSubscribed) });
};

describe('a device', () => {
  it('without pushes says so, and a phone that has to install the office first', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Linux', platform: '', maxTouchPoints: 0 });
    expect(await pushState()).toBe('unsupported');
    vi.stubGlobal('navigator', { userAgent: 'iPhone', platform: 'iPhone', maxTouchPoints: 5 });
    expect(await pushState()).toBe('install');
  });

  it('is off, on, or blocked', async () => {
    browser('default');
    expect(await pushState()).toBe('off');
    browser('granted', true);
    expect(await pushState()).toBe('on');
    browser('denied', true);
    expect(await pushState()).toBe('blocked');
  });
});

it('a key is read in the alphabet of addresses', () => {
  expect([...keyBytes('-_8A')]).toEqual([251, 255, 0]);
});
