import { Link } from 'react-router';
import type { Session } from '../api/types';
import { formatMoment } from '../format/time';
import { useSessions } from '../hooks/useSessions';
import { useStream } from '../hooks/useStream';
import { texts } from '../texts';
import { ErrorNotice, Loading } from './Notice';
import styles from './SessionList.module.css';
import { SessionBadge, SessionEnd } from './SessionState';

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
            <SessionTile session={session} />
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

function SessionTile({ session }: { readonly session: Session }) {
  const isOpen = session.state === 'open';
  // It also brings the cookies that open the poster.
  const stream = useStream(session.id, { enabled: isOpen });
  const videos = stream.data?.videos ?? [];
  const poster = videos.find((video) => video.poster !== null)?.poster;
  return (
    <article className={styles.tile}>
      <div className={styles.picture} data-state={session.state}>
        {poster ? <img src={poster} alt="" /> : <span aria-hidden="true">{session.title.slice(0, 1)}</span>}
      </div>
      <div className={styles.what}>
        <h3>
          <Link className={styles.link} to={`/sessions/${session.id}`}>
            {session.title}
          </Link>
        </h3>
        <p className={styles.facts}>
          <SessionBadge session={session} />
          {videos.length > 0 && <span>{texts.home.videos(videos.length)}</span>}
        </p>
        <p className={styles.muted}>
          <SessionEnd session={session} />
        </p>
        <p className={styles.muted}>{texts.session.created(formatMoment(session.created_at))}</p>
      </div>
    </article>
  );
}
