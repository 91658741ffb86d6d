import type { Video } from '../api/types';
import { formatBytes } from '../format/quantities';
import { texts } from '../texts';
import { warningsOf } from '../texts/messages';
import { uploadStatus, videoStatus } from '../texts/statusLines';
import type { UploadQueue, UploadView } from '../uploads/UploadQueue';
import { isShownAsUpload, type VideoRow } from '../uploads/videoRows';
import styles from './VideoList.module.css';

interface VideoListProps {
  readonly rows: readonly VideoRow[];
  readonly queue: UploadQueue;
  /** The video that is being watched. */
  readonly currentId: string | null;
  readonly onWatch: (video: Video) => void;
  readonly onCancelled: () => void;
}

/** The videos of a host's session with their progress, and what can be done with each. */
export function VideoList({ rows, queue, currentId, onWatch, onCancelled }: VideoListProps) {
  if (rows.length === 0) return <p className={styles.muted}>{texts.upload.none}</p>;
  return (
    <ul className={styles.list}>
      {rows.map((row) => {
        const asUpload = isShownAsUpload(row) ? row.upload : null;
        const isCurrent = row.video !== null && row.video.id === currentId;
        const failed = asUpload === null ? row.video?.status === 'failed' : asUpload.error !== null;
        return (
          <li key={row.key} className={styles.row} aria-label={row.filename} data-current={isCurrent}>
            <div className={styles.head}>
              <h3>{row.filename}</h3>
              <span className={styles.size}>{formatBytes(row.size)}</span>
            </div>
            <RowProgress row={row} asUpload={asUpload} />
            <div className={styles.foot}>
              <span className={failed ? `${styles.status} ${styles.failed}` : styles.status}>
                {asUpload === null ? row.video && videoStatus(row.video) : uploadStatus(asUpload)}
              </span>
              <span className={styles.actions}>
                {asUpload && (
                  <UploadActions
                    upload={asUpload}
                    onPause={() => queue.pause(asUpload.id)}
                    onResume={() => queue.resume(asUpload.id)}
                    onCancel={() => void queue.cancel(asUpload.id).then(onCancelled)}
                    onDismiss={() => queue.dismiss(asUpload.id)}
                  />
                )}
                <WatchButton video={row.video} isCurrent={isCurrent} onWatch={onWatch} />
              </span>
            </div>
            {row.video &&
              warningsOf(row.video).map((warning) => (
                <p key={warning} className={styles.muted}>
                  {warning}
                </p>
              ))}
          </li>
        );
      })}
    </ul>
  );
}

interface RowProgressProps {
  readonly row: VideoRow;
  readonly asUpload: UploadView | null;
}

function RowProgress({ row, asUpload }: RowProgressProps) {
  if (asUpload !== null) {
    if (asUpload.state === 'refused') return null;
    return <progress aria-label={row.filename} value={asUpload.sent} max={Math.max(1, asUpload.size)} />;
  }
  const status = row.video?.status;
  if (status === undefined || status === 'ready' || status === 'failed') return null;
  return <progress aria-label={row.filename} value={row.video?.progress ?? 0} max={1} />;
}

interface UploadActionsProps {
  readonly upload: UploadView;
  readonly onPause: () => void;
  readonly onResume: () => void;
  readonly onCancel: () => void;
  readonly onDismiss: () => void;
}

function UploadActions({ upload, onPause, onResume, onCancel, onDismiss }: UploadActionsProps) {
  const button = (action: string, onClick: () => void) => (
    <button type="button" aria-label={texts.upload.ofFile(action, upload.filename)} onClick={onClick}>
      {action}
    </button>
  );
  switch (upload.state) {
    case 'uploading':
    case 'reconnecting':
    case 'waiting':
      return (
        <>
          {button(texts.upload.pause, onPause)}
          {button(texts.upload.cancel, onCancel)}
        </>
      );
    case 'paused':
    case 'interrupted':
      return (
        <>
          {button(texts.upload.resume, onResume)}
          {button(texts.upload.cancel, onCancel)}
        </>
      );
    case 'refused':
      return (
        <>
          {button(texts.tryAgain, onResume)}
          {button(texts.upload.dismiss, onDismiss)}
        </>
      );
    case 'cancelling':
    case 'uploaded':
      return null;
  }
}

interface WatchButtonProps {
  readonly video: Video | null;
  readonly isCurrent: boolean;
  readonly onWatch: (video: Video) => void;
}

function WatchButton({ video, isCurrent, onWatch }: WatchButtonProps) {
  if (video === null || video.url === null) return null;
  return (
    <button
      type="button"
      aria-label={texts.upload.ofFile(isCurrent ? texts.video.watching : texts.video.watch, video.filename)}
      aria-pressed={isCurrent}
      onClick={() => onWatch(video)}
    >
      {isCurrent ? texts.video.watching : texts.video.watch}
    </button>
  );
}
