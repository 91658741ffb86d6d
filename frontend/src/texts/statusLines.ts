import type { Video } from '../api/types';
import { formatBytes, formatPercent } from '../format/quantities';
import { formatClock, formatWait } from '../format/time';
import { texts } from '../texts';
import { failureOf, messageFor } from '../texts/messages';
import type { UploadView } from '../uploads/UploadQueue';

/** How a file's upload stands, in a line. */
export function uploadStatus({ state, sent, size, bytesPerSecond, error }: UploadView): string {
  const share = formatPercent(size === 0 ? 0 : sent / size);
  switch (state) {
    case 'waiting':
      return texts.upload.waiting;
    case 'uploading': {
      if (sent === 0) return texts.upload.starting;
      const parts = [texts.upload.sent(share)];
      if (bytesPerSecond !== null && bytesPerSecond > 0) {
        parts.push(texts.upload.speed(formatBytes(bytesPerSecond)));
        parts.push(texts.upload.left(formatWait((size - sent) / bytesPerSecond)));
      }
      return parts.join(' · ');
    }
    case 'reconnecting':
      return texts.player.reconnecting;
    case 'paused':
      return texts.upload.paused(share);
    case 'interrupted':
    case 'refused':
      return messageFor(error);
    case 'cancelling':
      return texts.upload.cancelling;
    case 'uploaded':
      return texts.video.queued;
  }
}

/** How a video stands on the server, in a line. */
export function videoStatus(video: Video): string {
  switch (video.status) {
    case 'uploading':
      return texts.upload.unfinished;
    case 'uploaded':
      return texts.video.queued;
    case 'transcoding':
      return texts.video.preparing(formatPercent(video.progress));
    case 'playable':
      return texts.video.playable(formatPercent(video.progress));
    case 'ready':
      return video.duration === null
        ? texts.video.ready
        : `${texts.video.ready} · ${formatClock(video.duration)}`;
    case 'failed':
      return failureOf(video);
  }
}
