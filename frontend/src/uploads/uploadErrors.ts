import { DetailedError } from 'tus-js-client';
import { ApiError, errorFromAnswer, OFFLINE } from '../api/ApiError';

// Refusals by tusd itself are plain text; only those of our hooks are problem details.
const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  401: 'not_authenticated',
  403: 'forbidden',
  404: 'upload_gone',
  410: 'upload_gone',
  413: 'upload_too_large',
  423: 'upload_locked',
};

/** The error of the upload server's answer. */
export function uploadErrorFromAnswer(status: number, body: string): ApiError {
  const error = errorFromAnswer(status, body);
  const code = CODE_OF_STATUS[status];
  return error.detail === null && code !== undefined ? new ApiError(status, code, null) : error;
}

/** The error behind what tus-js-client reports; without an answer the server was not reached. */
export function uploadErrorFrom(error: Error): ApiError {
  const answer = error instanceof DetailedError ? error.originalResponse : null;
  return answer
    ? uploadErrorFromAnswer(answer.getStatus(), answer.getBody())
    : new ApiError(0, OFFLINE, null);
}

/** Whether the same upload can go on by itself after this error: not when the server gave a reason to refuse. */
export function isWorthRetrying(error: ApiError): boolean {
  // tusd answers 409 without problem details when the offsets differ; asking for the offset again settles it.
  return error.isPassing || (error.status === 409 && error.detail === null);
}
