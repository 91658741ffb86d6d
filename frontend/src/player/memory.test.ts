import { beforeEach, describe, expect, it, vi } from 'vitest';
import { recallPosition, recallSound, rememberPosition, rememberSound } from './memory';

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  });
});

describe('the position in a video', () => {
  it('is kept for each video', () => {
    rememberPosition('a', 60, 600);
    rememberPosition('b', 90, 600);
    expect([recallPosition('a'), recallPosition('b'), recallPosition('c')]).toEqual([60, 90, 0]);
  });

  it('is forgotten near the start and the end', () => {
    rememberPosition('a', 60, 600);
    rememberPosition('a', 595, 600);
    expect(recallPosition('a')).toBe(0);
  });

  it('is kept for the latest videos only', () => {
    for (let n = 0; n < 60; n++) rememberPosition(`v${n}`, 60, 600);
    expect(recallPosition('v0')).toBe(0);
    expect(recallPosition('v59')).toBe(60);
  });
});

describe('the sound', () => {
  it('is as it was left', () => {
    rememberSound({ volume: 0.3, muted: true });
    expect(recallSound()).toEqual({ volume: 0.3, muted: true });
  });

  it('is on where the browser keeps nothing', () => {
    vi.stubGlobal('localStorage', {
      getItem: () => {
        throw new Error('SecurityError');
      },
    });
    expect(recallSound()).toEqual({ volume: 1, muted: false });
  });
});
