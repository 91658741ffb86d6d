import { ApiError, errorFromAnswer, OFFLINE } from './ApiError';
import type { Joined, Page, Receipt, Session, SessionWithVideos, Stream, User } from './types';

interface RequestOptions {
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Sends one request to the API; the answer's JSON, or `undefined` where it has no body. Throws `ApiError`. */
async function request<Answer>(method: string, path: string, { body, signal }: RequestOptions = {}) {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { Accept: 'application/json' } };
  if (signal !== undefined) init.signal = signal;
  if (body !== undefined) {
    init.body = JSON.stringify(body);
    init.headers = { ...init.headers, 'Content-Type': 'application/json' };
  }
  const { response, text } = await send(path, init);
  if (!response.ok) throw errorFromAnswer(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as Answer;
}

async function send(path: string, init: RequestInit): Promise<{ response: Response; text: string }> {
  try {
    const response = await fetch(path, init);
    return { response, text: await response.text() };
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, OFFLINE, null);
  }
}

const sessionPath = (id: string) => `/api/sessions/${encodeURIComponent(id)}`;

export const api = {
  signUp: (account: { email: string; password: string; name: string }) =>
    request<User>('POST', '/api/users', { body: account }),
  signIn: (credentials: { email: string; password: string }) =>
    request<{ token: string; user: User }>('POST', '/api/login', { body: credentials }),
  signOut: () => request<void>('POST', '/api/logout'),
  me: (signal?: AbortSignal) => request<User>('GET', '/api/me', { signal }),

  sessions: (cursor: string | null, signal?: AbortSignal) =>
    request<Page<Session>>('GET', `/api/sessions${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`, {
      signal,
    }),
  createSession: (session: { title: string; ends_at?: string }) =>
    request<Session>('POST', '/api/sessions', { body: session }),
  session: (id: string, signal?: AbortSignal) =>
    request<SessionWithVideos>('GET', sessionPath(id), { signal }),
  endSession: (id: string) => request<Session>('POST', `${sessionPath(id)}/end`),
  receipt: (id: string, signal?: AbortSignal) =>
    request<Receipt>('GET', `${sessionPath(id)}/receipt`, { signal }),

  createInvite: (id: string) => request<{ url: string }>('POST', `${sessionPath(id)}/invites`),
  join: (id: string, invite: string) =>
    request<Joined>('POST', `${sessionPath(id)}/join`, { body: { invite } }),
  /** What there is to watch; the answer also sets the cookies that open the session's streams. */
  stream: (id: string, signal?: AbortSignal) =>
    request<Stream>('GET', `${sessionPath(id)}/stream`, { signal }),
};
