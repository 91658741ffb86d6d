import createClient, { type Middleware } from 'openapi-fetch';
import { ApiError, errorFromAnswer, OFFLINE } from './ApiError';
import type { paths } from './schema';
import type { NewSession } from './types';

/** Every failure is an `ApiError`, except a request that was called off. */
const failures: Middleware = {
  onError: ({ request, error }) =>
    error instanceof ApiError || request.signal.aborted ? undefined : new ApiError(0, OFFLINE, null),
  onResponse: async ({ response }) => {
    if (!response.ok) throw errorFromAnswer(response.status, await response.text());
  },
};

const client = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  headers: { Accept: 'application/json' },
  fetch: (request) => fetch(request),
});
client.use(failures);

/** The body of an answer: every other answer has become an error, above. */
async function bodyOf<Body>(answer: Promise<{ data?: Body }>): Promise<Body> {
  return (await answer).data as Body;
}

const ofSession = (session_id: string, signal?: AbortSignal) => ({
  params: { path: { session_id } },
  ...(signal && { signal }),
});

export const api = {
  signUp: (body: { email: string; password: string; name: string }) =>
    bodyOf(client.POST('/api/users', { body })),
  signIn: (body: { email: string; password: string }) => bodyOf(client.POST('/api/login', { body })),
  signOut: () => bodyOf(client.POST('/api/logout')),
  me: (signal?: AbortSignal) => bodyOf(client.GET('/api/me', { ...(signal && { signal }) })),
  closeAccount: () => bodyOf(client.DELETE('/api/me')),

  sessions: (cursor: string | null, signal?: AbortSignal) =>
    bodyOf(
      client.GET('/api/sessions', {
        params: { query: cursor === null ? {} : { cursor } },
        ...(signal && { signal }),
      }),
    ),
  createSession: (body: NewSession) => bodyOf(client.POST('/api/sessions', { body })),
  session: (id: string, signal?: AbortSignal) =>
    bodyOf(client.GET('/api/sessions/{session_id}', ofSession(id, signal))),
  endSession: (id: string) => bodyOf(client.POST('/api/sessions/{session_id}/end', ofSession(id))),
  receipt: (id: string, signal?: AbortSignal) =>
    bodyOf(client.GET('/api/sessions/{session_id}/receipt', ofSession(id, signal))),

  createInvite: (id: string) => bodyOf(client.POST('/api/sessions/{session_id}/invites', ofSession(id))),
  join: (id: string, invite: string) =>
    bodyOf(client.POST('/api/sessions/{session_id}/join', { ...ofSession(id), body: { invite } })),
  /** What there is to watch; the answer also sets the cookies that open the session's streams. */
  stream: (id: string, signal?: AbortSignal) =>
    bodyOf(client.GET('/api/sessions/{session_id}/stream', ofSession(id, signal))),
};
