import type { Video } from '../api/types';
import type { UploadView } from '../uploads/UploadQueue';

/** A video as the API gives it, for tests. */
export function aVideo(changes: Partial<Video> = {}): Video {
  return {
    id: '01937c5e-0000-7000-8000-000000000001',
    filename: 'holiday.mp4',
    status: 'transcoding',
    progress: 0.25,
    url: null,
    poster: null,
    storyboard: null,
    duration: null,
    error: null,
    warnings: [],
    size_bytes: 1_000_000,
    ...changes,
  };
}

/** An upload of this page, for tests. */
export function anUpload(changes: Partial<UploadView> = {}): UploadView {
  return {
    id: 'fingerprint',
    sessionId: 's1',
    filename: 'holiday.mp4',
    size: 1_000_000,
    sent: 0,
    bytesPerSecond: null,
    state: 'uploading',
    error: null,
    videoId: null,
    ...changes,
  };
}
