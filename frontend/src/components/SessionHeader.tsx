import { useState } from 'react';
import { Link } from 'react-router';
import type { Session } from '../api/types';
import { forgetInvite } from '../hooks/useInvite';
import { useEndSession } from '../hooks/useSessions';
import { texts } from '../texts';
import { ConfirmDialog } from './ConfirmDialog';
import styles from './SessionHeader.module.css';
import { SessionBadge, SessionTimes } from './SessionState';

/** What a session is called, where it stands, and how to end it. */
export function SessionHeader({ session }: { readonly session: Session }) {
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
      {session.state === 'open' && <EndSession sessionId={session.id} />}
    </div>
  );
}

function EndSession({ sessionId }: { readonly sessionId: string }) {
  const [isAsking, setIsAsking] = useState(false);
  const end = useEndSession(sessionId);
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
                forgetInvite(sessionId);
                setIsAsking(false);
              },
            })
          }
          onCancel={() => setIsAsking(false)}
        />
      )}
    </>
  );
}
