import type { Video } from '../api/types';
import type { UploadView } from './UploadQueue';

/** One line of the host's list: what the server says of a video, what this page is uploading, or both. */
export type VideoRow = { readonly key: string; readonly filename: string; readonly size: number } & (
  | { readonly video: Video; readonly upload: UploadView | null }
  | { readonly video: null; readonly upload: UploadView }
);

/** Puts the server's videos and this page's uploads together, the server's order first. */
export function videoRows(videos: readonly Video[], uploads: readonly UploadView[]): VideoRow[] {
  const onServer = new Set(videos.map(({ id }) => id));
  const rows = videos.map((video): VideoRow => {
    const upload = uploads.find(({ videoId }) => videoId === video.id) ?? null;
    return { key: upload?.id ?? video.id, filename: video.filename, size: video.size_bytes, video, upload };
  });
  const unnamed = uploads
    .filter(({ videoId }) => videoId === null || !onServer.has(videoId))
    .map(
      (upload): VideoRow => ({
        key: upload.id,
        filename: upload.filename,
        size: upload.size,
        video: null,
        upload,
      }),
    );
  return [...rows, ...unnamed];
}

/** Whether this page's upload, rather than the server's status, tells how the row stands. */
export function isShownAsUpload({ video, upload }: VideoRow): boolean {
  return upload !== null && (video === null || video.status === 'uploading');
}
