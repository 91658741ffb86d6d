import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/ApiError';
import type { VideoFailureCode, VideoWarning } from '../api/types';
import { aVideo } from '../testing/samples';
import { texts } from '.';
import { failureOf, messageFor, warningsOf } from './messages';

describe('the sentence for an error', () => {
  it('is ours where we have one for the code', () => {
    expect(messageFor(new ApiError(409, 'session_ended', 'server words'))).toBe(texts.errors.session_ended);
  });

  it("is the server's for a code that we do not know", () => {
    expect(messageFor(new ApiError(418, 'brand_new', 'Server sentence.'))).toBe('Server sentence.');
  });

  it.each([new ApiError(502, 'http_502', null), new TypeError('x is undefined'), 'boom'])(
    'never shows internals',
    (error) => {
      expect(messageFor(error)).toBe(texts.errors.unexpected);
    },
  );

  it('is not taken from what every object has', () => {
    expect(messageFor(new ApiError(400, 'toString', 'Server sentence.'))).toBe('Server sentence.');
  });
});

describe('the sentence for a failed video', () => {
  const failed = (code: string) =>
    aVideo({ status: 'failed', error: { code: code as VideoFailureCode, message: 'What the server says.' } });

  it('is ours where we have one for the code', () => {
    expect(failureOf(failed('encrypted'))).toBe(texts.videoFailures.encrypted);
  });

  it("is the server's for a code that we do not know", () => {
    expect(failureOf(failed('brand_new'))).toBe('What the server says.');
  });
});

describe('the sentences for what is left out of a video', () => {
  it('are ours, and none is made up for a code that we do not know', () => {
    const warnings = ['truncated', 'brand_new', 'sound_left_out'] as VideoWarning[];
    expect(warningsOf(aVideo({ warnings }))).toEqual([
      texts.videoWarnings.truncated,
      texts.videoWarnings.sound_left_out,
    ]);
  });
});
