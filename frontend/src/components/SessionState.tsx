import type { Session } from '../api/types';
import { formatMoment, formatUntil } from '../format/time';
import { useNow } from '../hooks/useNow';
import { texts } from '../texts';
import styles from './SessionState.module.css';

/** Where a session stands, in a word. */
export function SessionBadge({ session }: { readonly session: Session }) {
  return (
    <span className={styles.state} data-state={session.state}>
      {texts.session.state[session.state]}
    </span>
  );
}

/** When a session ends, and how long that still is, or when it ended. */
export function SessionEnd({ session }: { readonly session: Pick<Session, 'ended_at' | 'ends_at'> }) {
  const now = useNow();
  const { ended_at, ends_at } = session;
  if (ended_at !== null) return texts.session.endedAt(formatMoment(ended_at));
  if (ends_at === null) return texts.session.noEnd;
  return texts.session.endsIn(formatUntil(ends_at, now), formatMoment(ends_at));
}

/** When a session began and when it ends or ended. */
export function SessionTimes({ session }: { readonly session: Session }) {
  return (
    <span className={styles.times}>
      {texts.session.created(formatMoment(session.created_at))} · <SessionEnd session={session} />
    </span>
  );
}
