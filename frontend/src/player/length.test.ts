import { expect, test } from 'vitest';
import { lengthOf } from './length';

test('a video that is being made is as long as it will be', () => {
  expect(lengthOf({ status: 'playable', duration: 52.2 }, 8)).toBe(52.2);
});

test('a video whose length nobody knows yet is as long as what is there', () => {
  expect(lengthOf({ status: 'playable', duration: null }, 8)).toBe(8);
});

test('a finished video is as long as its stream, whatever its file said', () => {
  expect(lengthOf({ status: 'ready', duration: 36_000 }, 12)).toBe(12);
});

test('before its stream is here a finished video is as long as its file said', () => {
  expect(lengthOf({ status: 'ready', duration: 12 }, 0)).toBe(12);
});
