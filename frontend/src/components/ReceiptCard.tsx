import type { Receipt, Session, StorageCount } from '../api/types';
import { formatBytes, formatCount } from '../format/quantities';
import { saveAsJson } from '../format/saveAsJson';
import { formatMoment } from '../format/time';
import { useReceipt } from '../hooks/useSessions';
import { texts } from '../texts';
import { Card } from './Card';
import { ErrorNotice } from './Notice';
import styles from './ReceiptCard.module.css';

const ROWS = ['objects', 'versions', 'delete_markers', 'multipart_uploads', 'bytes'] as const;

/** What was deleted when the session ended; until then, that it is being deleted. */
export function ReceiptCard({ session }: { readonly session: Session }) {
  const receipt = useReceipt(session.id, session.purged_at !== null);
  return (
    <Card heading={texts.receipt.heading}>
      <ErrorNotice error={receipt.error} />
      {!receipt.data && !receipt.isError && <p role="status">{texts.receipt.pending}</p>}
      {receipt.data && <WrittenReceipt receipt={receipt.data} />}
    </Card>
  );
}

function WrittenReceipt({ receipt }: { readonly receipt: Receipt }) {
  const isClean = receipt.remaining === 0;
  return (
    <>
      <p className={isClean ? styles.good : styles.bad}>
        {isClean ? texts.receipt.nothingLeft : texts.receipt.somethingLeft(formatCount(receipt.remaining))}
      </p>
      <p className={styles.muted}>
        {texts.receipt.finished} {formatMoment(receipt.finished_at)}
      </p>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{texts.receipt.what}</th>
            <th scope="col">{texts.receipt.found}</th>
            <th scope="col">{texts.receipt.deleted}</th>
          </tr>
        </thead>
        <tbody>
          {ROWS.map((row) => (
            <tr key={row}>
              <th scope="row">{texts.receipt.rows[row]}</th>
              <td>{formatStored(receipt.found, row)}</td>
              <td>{formatStored(receipt.deleted, row)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {receipt.videos.length > 0 && (
        <>
          <h3>{texts.receipt.videos}</h3>
          <ul className={styles.videos}>
            {receipt.videos.map((video) => (
              <li key={video.id}>
                {video.filename} ({formatBytes(video.size_bytes)})
              </li>
            ))}
          </ul>
        </>
      )}
      <button
        type="button"
        className={styles.start}
        onClick={() => saveAsJson(`matinee-receipt-${receipt.session_id}.json`, receipt)}
      >
        {texts.receipt.download}
      </button>
    </>
  );
}

function formatStored(count: StorageCount, row: (typeof ROWS)[number]): string {
  return row === 'bytes' ? formatBytes(count.bytes) : formatCount(count[row]);
}
