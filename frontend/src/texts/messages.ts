import { ApiError } from '../api/ApiError';
import type { Video } from '../api/types';
import { texts } from '.';

const byCode = (sentences: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(sentences, code) ? sentences[code] : undefined;

/** The sentence for an error: ours for its code, else the server's own, else a general one. */
export function messageFor(error: unknown): string {
  if (!(error instanceof ApiError)) return texts.errors.unexpected;
  return byCode(texts.errors, error.code) ?? error.detail ?? texts.errors.unexpected;
}

/** The sentence for a video that failed: ours for its code, else the server's own. */
export function failureOf(video: Video): string {
  if (video.error === null) return texts.videoFailures.internal;
  return byCode(texts.videoFailures, video.error.code) ?? video.error.message;
}

/** The sentences for what is left out of a video; nothing for what only a newer server knows. */
export function warningsOf(video: Video): readonly string[] {
  return video.warnings.flatMap((code) => byCode(texts.videoWarnings, code) ?? []);
}
