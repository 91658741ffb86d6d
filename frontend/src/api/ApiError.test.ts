import { describe, expect, it } from 'vitest';
import { ApiError, errorFromAnswer, hasCode } from './ApiError';

describe('an error answer', () => {
  it('with problem details keeps their code and sentence', () => {
    const body = JSON.stringify({
      status: 409,
      code: 'session_ended',
      title: 'Ended',
      detail: 'It is over.',
    });
    expect(errorFromAnswer(409, body)).toMatchObject({
      status: 409,
      code: 'session_ended',
      detail: 'It is over.',
    });
  });

  it('without a detail keeps the title', () => {
    expect(errorFromAnswer(422, '{"code":"x","title":"Not so."}').detail).toBe('Not so.');
  });

  it.each(['<html>502 Bad Gateway</html>', '', 'null', '"text"'])(
    'that is no problem document (%j) is known by its status',
    (body) => {
      expect(errorFromAnswer(502, body)).toMatchObject({ status: 502, code: 'http_502', detail: null });
    },
  );

  it.each([
    [0, true],
    [423, true],
    [500, true],
    [503, true],
    [401, false],
    [409, false],
  ])('of status %i passes by itself: %s', (status, passes) => {
    expect(new ApiError(status, 'any', null).isPassing).toBe(passes);
  });

  it('is told from others by its code', () => {
    const error = new ApiError(403, 'invite_invalid', null);
    expect(hasCode(error, 'forbidden', 'invite_invalid')).toBe(true);
    expect(hasCode(error, 'forbidden')).toBe(false);
    expect(hasCode(new Error('invite_invalid'), 'invite_invalid')).toBe(false);
  });
});
