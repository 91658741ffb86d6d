const SHORTEST_WAIT_MS = 30_000;

/**
 * How long to wait, in milliseconds, before getting new stream cookies: four fifths of their remaining life. Never
 * less than half a minute, so that a clock that is wrong on this device does not make a storm of requests.
 */
export function renewalDelay(expireAt: string, now: number): number {
  return Math.max(SHORTEST_WAIT_MS, (Date.parse(expireAt) - now) * 0.8);
}
