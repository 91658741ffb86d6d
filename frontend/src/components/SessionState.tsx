import type { Session } from '../api/types';
import { formatMoment } from '../format/time';
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

/** When a session began and when it ends or ended. */
export function SessionTimes({ session }: { readonly session: Session }) {
  return (
    <span className={styles.times}>
      {texts.session.created(formatMoment(session.created_at))} · {endOf(session)}
    </span>
  );
}

function endOf({ ended_at, ends_at }: Session): string {
  if (ended_at !== null) return texts.session.endedAt(formatMoment(ended_at));
  return ends_at === null ? texts.session.noEnd : texts.session.endsAt(formatMoment(ends_at));
}
