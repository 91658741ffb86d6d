import { afterEach, describe, expect, it, vi } from 'vitest';

vi.hoisted(() => {
  (globalThis as { window?: unknown }).window = { location: { origin: 'http://matinee.test' } };
});
const { api } = await import('./client');

afterEach(() => vi.unstubAllGlobals());

function serverAnswers(status: number, body: string | null): () => Request {
  let asked: Request | undefined;
  vi.stubGlobal('fetch', async (request: Request) => {
    asked = request;
    return new Response(body, { status });
  });
  return () => {
    if (asked === undefined) throw new Error('nothing was asked');
    return asked;
  };
}

describe('the API client', () => {
  it('sends JSON and gives the answer as an object', async () => {
    const asked = serverAnswers(201, '{"id":"s1","title":"Premiere"}');
    await expect(api.createSession({ title: 'Premiere' })).resolves.toMatchObject({ id: 's1' });
    expect(asked().method).toBe('POST');
    expect(new URL(asked().url).pathname).toBe('/api/sessions');
    expect(asked().headers.get('content-type')).toBe('application/json');
    await expect(asked().json()).resolves.toEqual({ title: 'Premiere' });
  });

  it('takes an answer without a body', async () => {
    serverAnswers(204, null);
    await expect(api.signOut()).resolves.toBeUndefined();
  });

  it('cannot be led to another path by a session id', async () => {
    const asked = serverAnswers(200, '{}');
    await api.session('../me?x=1#y');
    expect(asked().url).toBe('http://matinee.test/api/sessions/..%2Fme%3Fx%3D1%23y');
  });

  it('turns a problem answer into an error with its code', async () => {
    serverAnswers(403, '{"code":"invite_invalid","detail":"No."}');
    await expect(api.join('s1', 'secret')).rejects.toMatchObject({ status: 403, code: 'invite_invalid' });
  });

  it('says offline when the server cannot be reached', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
    await expect(api.me()).rejects.toMatchObject({ status: 0, code: 'offline' });
  });
});
