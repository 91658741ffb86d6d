import { describe, expect, it } from 'vitest';
import { formatBytes, formatPercent } from './quantities';
import { formatClock, formatWait, localFieldFromMoment, momentFromLocalField } from './time';
import { titleOf } from './title';

describe('sizes', () => {
  it.each([
    [0, '0 bytes'],
    [999, '999 bytes'],
    [12_345, '12 kB'],
    [1_400_000_000, '1.4 GB'],
    [53_687_091_200, '53.7 GB'],
    [2e15, '2,000 TB'],
  ])('%d bytes is %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown);
  });
});

describe('shares', () => {
  it.each([
    [-1, '0%'],
    [0.005, '0%'],
    [0.999, '99%'],
    [1, '100%'],
    [7, '100%'],
  ])('%d is %s', (share, shown) => {
    expect(formatPercent(share)).toBe(shown);
  });
});

describe('lengths and waits', () => {
  it.each([
    [7.9, '0:07'],
    [125, '2:05'],
    [3909, '1:05:09'],
  ])('%d s on a clock is %s', (seconds, shown) => {
    expect(formatClock(seconds)).toBe(shown);
  });

  it.each([
    [0, '1 second'],
    [89, '89 seconds'],
    [91, '2 minutes'],
    [5401, '2 hours'],
  ])('%d s of waiting is %s', (seconds, shown) => {
    expect(formatWait(seconds)).toBe(shown);
  });
});

describe('a date-and-time field', () => {
  it('gives back the moment it was filled with, in whole minutes', () => {
    const moment = new Date('2026-11-22T18:30:00.000Z');
    expect(momentFromLocalField(localFieldFromMoment(moment))).toBe(moment.toISOString());
  });
});

describe('the title of a film', () => {
  it.each([
    ['Summer evening.mp4', 'Summer evening'],
    ['Take 3.final.MKV', 'Take 3.final'],
    ['No. 5', 'No. 5'],
    ['.mp4', '.mp4'],
    ['Dr. Strangelove', 'Dr. Strangelove'],
  ])('%s is called %s', (filename, title) => {
    expect(titleOf(filename)).toBe(title);
  });
});
