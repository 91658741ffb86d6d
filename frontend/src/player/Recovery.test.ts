import { describe, expect, it } from 'vitest';
import { Recovery } from './Recovery';
import { renewalDelay } from './renewal';

const network = (status: number) => ({ kind: 'network', fatal: true, status }) as const;
const decoder = { kind: 'media', fatal: true, status: 0 } as const;

describe('playback in trouble', () => {
  it('goes on by itself when the player did not stop', () => {
    expect(new Recovery(() => 0).remedyFor({ ...network(403), fatal: false })).toEqual({ action: 'none' });
  });

  it('gets new cookies at once when a segment is refused', () => {
    expect(new Recovery(() => 0).remedyFor(network(403))).toEqual({ action: 'renew', afterMs: 0 });
  });

  it('waits longer and longer for a network that stays away, but never gives up', () => {
    const recovery = new Recovery(() => 0);
    const waits = Array.from({ length: 8 }, () => recovery.remedyFor(network(0)));
    expect(waits.map((remedy) => 'afterMs' in remedy && remedy.afterMs)).toEqual([
      0, 1000, 2000, 4000, 5000, 5000, 5000, 5000,
    ]);
    expect(waits.every(({ action }) => action === 'reload')).toBe(true);
  });

  it('is quick again after something was loaded', () => {
    const recovery = new Recovery(() => 0);
    recovery.remedyFor(network(503));
    recovery.remedyFor(network(503));
    recovery.loaded();
    expect(recovery.remedyFor(network(503))).toEqual({ action: 'reload', afterMs: 0 });
  });

  it('gives up on decoders that fail again and again', () => {
    const recovery = new Recovery(() => 0);
    const actions = Array.from({ length: 4 }, () => recovery.remedyFor(decoder).action);
    expect(actions).toEqual(['recover-media', 'recover-media', 'recover-media', 'give-up']);
  });

  it('forgives the decoders after a while of calm', () => {
    let now = 0;
    const recovery = new Recovery(() => now);
    for (let i = 0; i < 3; i++) {
      now += 6000;
      recovery.remedyFor(decoder);
    }
    now += 60_000;
    expect(recovery.remedyFor(decoder).action).toBe('recover-media');
  });

  it('gives up on what can be neither loaded nor decoded again', () => {
    const trouble = { kind: 'other', fatal: true, status: 0 } as const;
    expect(new Recovery(() => 0).remedyFor(trouble)).toEqual({ action: 'give-up' });
  });
});

describe('new cookies', () => {
  const now = Date.parse('2026-11-22T10:00:00Z');

  it('are fetched before the old ones run out', () => {
    expect(renewalDelay('2026-11-22T10:05:00Z', now)).toBe(240_000);
  });

  it('are not fetched in a storm by a device whose clock is ahead', () => {
    expect(renewalDelay('2026-11-22T09:00:00Z', now)).toBe(30_000);
  });
});
