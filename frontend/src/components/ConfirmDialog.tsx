import { useEffect, useId, useRef } from 'react';
import styles from './ConfirmDialog.module.css';
import { ErrorNotice } from './Notice';

interface ConfirmDialogProps {
  readonly texts: {
    readonly title: string;
    readonly body: string;
    readonly confirm: string;
    readonly cancel: string;
  };
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before something that cannot be undone. Shown as long as it is rendered; Escape cancels. */
export function ConfirmDialog({ texts, isBusy, error, onConfirm, onCancel }: ConfirmDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const bodyId = useId();

  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      aria-describedby={bodyId}
      onCancel={(event) => {
        event.preventDefault();
        onCancel();
      }}
    >
      <div className={styles.body}>
        <h2 id={titleId}>{texts.title}</h2>
        <p id={bodyId}>{texts.body}</p>
        <ErrorNotice error={error} />
        <div className={styles.actions}>
          <button type="button" onClick={onCancel}>
            {texts.cancel}
          </button>
          <button type="button" data-kind="danger" disabled={isBusy} onClick={onConfirm}>
            {texts.confirm}
          </button>
        </div>
      </div>
    </dialog>
  );
}
