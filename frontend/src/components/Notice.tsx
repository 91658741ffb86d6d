import type { ReactNode } from 'react';
import { texts } from '../texts';
import { messageFor } from '../texts/messages';
import styles from './Notice.module.css';

/** The sentence for an error, read out at once; nothing when there is none. */
export function ErrorNotice({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <p className={styles.alert} role="alert">
      {messageFor(error)}
    </p>
  );
}

interface CalmNoticeProps {
  readonly heading: string;
  readonly body?: string;
  /** Whether it asks in, and so is to look like a screen on which something will be shown. */
  readonly isInviting?: boolean;
  readonly children?: ReactNode;
}

/** A page, or a large part of one, that says one thing. */
export function CalmNotice({ heading, body, isInviting = false, children }: CalmNoticeProps) {
  return (
    <div className={isInviting ? `${styles.calm} ${styles.inviting}` : styles.calm}>
      <h1>{heading}</h1>
      {body && <p>{body}</p>}
      {children}
    </div>
  );
}

export function Loading() {
  return (
    <p className={styles.loading} role="status">
      {texts.loading}
    </p>
  );
}

/** A page that could not be loaded, with a way to try again. */
export function LoadingFailed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <CalmNotice heading={messageFor(error)}>
      <button type="button" onClick={onRetry}>
        {texts.tryAgain}
      </button>
    </CalmNotice>
  );
}
