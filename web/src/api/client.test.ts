import { afterEach, describe, expect, it, vi } from 'vitest';
import { type ApiError, api, onSignedOut } from './client';

const answer = (status: number, body: unknown) =>
  vi.stubGlobal(
    'fetch',
    vi.fn(async () => new Response(body === undefined ? null : JSON.stringify(body), { status })),
  );

const caught = (promise: Promise<unknown>) => promise.then(() => undefined).catch((error: ApiError) => error);

describe('the client of the office', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('asks in the language of the page and proves that it is ours', async () => {
    answer(200, { ok: true });
    document.documentElement.lang = 'en';
    await api.post('/api/things', { a: 1 }, { dry_run: true, none: null });
    expect(fetch).toHaveBeenCalledWith('/api/things?dry_run=true', {
      method: 'POST',
      body: '{"a":1}',
      signal: undefined,
      headers: {
        Accept: 'application/json',
        'Accept-Language': 'en',
        'Content-Type': 'application/json',
        'X-Requested-With': 'hutong',
      },
    });
  });

  it('gives the server’s code, words and field', async () => {
    answer(409, { code: 'org.taken', message: 'Taken.', field: 'username' });
    const error = await caught(api.get('/api/x'));
    expect(error).toMatchObject({ status: 409, code: 'org.taken', message: 'Taken.', field: 'username' });
  });

  it('knows when the office cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    expect((await caught(api.get('/api/x')))?.offline).toBe(true);
  });

  it('tells when nobody is signed in any more, but not for a refused sign-in', async () => {
    answer(401, { code: 'unauthenticated', message: '' });
    const told = vi.fn();
    const deaf = onSignedOut(told);
    await caught(api.post('/api/org/sign-in'));
    expect(told).not.toHaveBeenCalled();
    await caught(api.get('/api/org/members'));
    expect(told).toHaveBeenCalledOnce();
    deaf();
  });

  it('takes an empty answer', async () => {
    answer(200, undefined);
    expect(await api.delete('/api/x')).toBeUndefined();
  });
});
