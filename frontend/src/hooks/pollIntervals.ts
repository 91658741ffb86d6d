import type { SessionWithVideos, Stream, Video, VideoStatus } from '../api/types';
import type { UploadView } from '../uploads/UploadQueue';

const FAST = 1000;
const MODERATE = 2500;
const SLOW = 5000;
const IDLE = 15_000;

const has = (videos: readonly Video[], ...statuses: readonly VideoStatus[]) =>
  videos.some(({ status }) => statuses.includes(status));

/** Milliseconds until the host's page asks for its session again; false when nothing can change any more. */
export function sessionPollInterval(
  session: SessionWithVideos,
  uploads: readonly UploadView[],
): number | false {
  if (session.purged_at !== null) return false;
  if (session.state === 'ending' || uploads.some((upload) => isMoving(upload, session.videos))) return FAST;
  if (has(session.videos, 'uploaded', 'transcoding', 'playable')) return FAST;
  // Started elsewhere or given up: it can change at any time, but rarely does.
  return has(session.videos, 'uploading') ? SLOW : IDLE;
}

/** Whether bytes are on their way, or have all arrived without the server having said so yet. */
function isMoving({ state, videoId }: UploadView, videos: readonly Video[]): boolean {
  if (state === 'uploading' || state === 'reconnecting') return true;
  const video = videos.find(({ id }) => id === videoId);
  return state === 'uploaded' && (video === undefined || video.status === 'uploading');
}

/** Milliseconds until a guest's page asks again what there is to watch; this also notices the session's end. */
export function streamPollInterval({ videos }: Stream): number {
  if (has(videos, 'uploaded', 'transcoding')) return FAST;
  if (videos.length === 0 || has(videos, 'uploading')) return MODERATE;
  return has(videos, 'playable') ? SLOW : IDLE;
}
