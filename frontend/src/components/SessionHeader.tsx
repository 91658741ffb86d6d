import { useState } from 'react';
import { Link } from 'react-router';
import type { SessionWithVideos } from '../api/types';
import { formatBytes } from '../format/quantities';
import { forgetInvite } from '../hooks/useInvite';
import { useEndSession } from '../hooks/useSessions';
import { texts } from '../texts';
import { ConfirmDialog } from './ConfirmDialog';
import styles from './SessionHeader.module.css';
import { SessionBadge, SessionTimes } from './SessionState';

/** What a session is called, where it stands, and how to end it. */
export function SessionHeader({ session }: { readonly session: SessionWithVideos }) {
  return (
    <div className={styles.header}>
      <div className={styles.what}>
        <Link to="/">{texts.session.backToAll}</Link>
        <h1>{session.title}</h1>
        <div className={styles.facts}>
          <SessionBadge session={session} />
          <SessionTimes session={session} />
        </div>
      </div>
      {session.state === 'open' && <EndSession session={session} />}
    </div>
  );
}

function EndSession({ session }: { readonly session: SessionWithVideos }) {
  const [isAsking, setIsAsking] = useState(false);
  const end = useEndSession(session.id);
  return (
    <>
      <button type="button" data-kind="danger" onClick={() => setIsAsking(true)}>
        {texts.session.end}
      </button>
      {isAsking && (
        <ConfirmDialog
          texts={texts.session.endDialog}
          isBusy={end.isPending}
          error={end.error}
          onConfirm={() =>
            end.mutate(undefined, {
              onSuccess: () => {
                forgetInvite(session.id);
                setIsAsking(false);
              },
            })
          }
          onCancel={() => setIsAsking(false)}
        >
          <ToBeDeleted session={session} />
        </ConfirmDialog>
      )}
    </>
  );
}

function ToBeDeleted({ session: { videos } }: { readonly session: SessionWithVideos }) {
  const bytes = videos.reduce((sum, { size_bytes }) => sum + size_bytes, 0);
  const { videos: lineOfVideos, derived, invite } = texts.session.toBeDeleted;
  return (
    <ul className={styles.deleted}>
      <li>{lineOfVideos(videos.length, formatBytes(bytes))}</li>
      <li>{derived}</li>
      <li>{invite}</li>
    </ul>
  );
}
