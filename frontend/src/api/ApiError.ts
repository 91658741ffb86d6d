/** The code of an error that has no answer behind it: the server could not be reached. */
export const OFFLINE = 'offline';

/** An answer of the server that is not a success, or no answer at all (`status` 0, code `offline`). */
export class ApiError extends Error {
  readonly status: number;
  /** Stable: programs act on it. */
  readonly code: string;
  /** The server's own sentence, when it sent one. */
  readonly detail: string | null;

  constructor(status: number, code: string, detail: string | null) {
    super(detail ?? code);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.detail = detail;
  }

  /** Whether the same request can succeed later without anyone changing anything. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 423 || this.status >= 500;
  }
}

/** Reads an error answer: RFC 9457 problem details where the body is that, else `http_<status>`. */
export function errorFromAnswer(status: number, body: string): ApiError {
  const problem = parseObject(body);
  const code = typeof problem?.code === 'string' ? problem.code : `http_${status}`;
  const sentence = problem?.detail ?? problem?.title;
  return new ApiError(status, code, typeof sentence === 'string' && sentence !== '' ? sentence : null);
}

/** Whether `error` is the server's answer with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof ApiError && codes.includes(error.code);
}

function parseObject(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
