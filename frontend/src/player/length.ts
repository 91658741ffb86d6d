import type { Video } from '../api/types';

/** How long a video is, in seconds, from what is there of its stream: one that is being made ends where the making stands. */
export function lengthOf({ status, duration }: Pick<Video, 'status' | 'duration'>, there: number): number {
  return status === 'ready' && there > 0 ? there : Math.max(there, duration ?? 0);
}
