import { Link } from 'react-router';
import { useSessions } from '../hooks/useSessions';
import { texts } from '../texts';
import { ErrorNotice, Loading } from './Notice';
import styles from './SessionList.module.css';
import { SessionBadge, SessionTimes } from './SessionState';

/** The host's own sessions, newest first. */
export function SessionList() {
  const sessions = useSessions();
  if (sessions.isPending) return <Loading />;
  const items = sessions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <ErrorNotice error={sessions.error} />
      {sessions.isSuccess && items.length === 0 && <p className={styles.muted}>{texts.home.none}</p>}
      <ul className={styles.list}>
        {items.map((session) => (
          <li key={session.id} className={styles.item}>
            <div className={styles.what}>
              <Link to={`/sessions/${session.id}`}>{session.title}</Link>
              <SessionTimes session={session} />
            </div>
            <SessionBadge session={session} />
          </li>
        ))}
      </ul>
      {sessions.hasNextPage && (
        <button type="button" disabled={sessions.isFetching} onClick={() => void sessions.fetchNextPage()}>
          {texts.home.more}
        </button>
      )}
    </>
  );
}
