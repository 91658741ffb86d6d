import { Dialog } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import styles from './ConfirmDialog.module.css';
import { ErrorNotice } from './Notice';

interface ConfirmDialogProps {
  readonly texts: {
    readonly title: string;
    readonly body: string;
    readonly confirm: string;
    readonly cancel: string;
  };
  /** What else is to be known before one says yes. */
  readonly children?: ReactNode;
  readonly isBusy: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onCancel: () => void;
}

/** Asks before something that cannot be undone. Shown as long as it is rendered; Escape cancels. */
export function ConfirmDialog({ texts, children, isBusy, error, onConfirm, onCancel }: ConfirmDialogProps) {
  return (
    <Dialog.Root open disablePointerDismissal onOpenChange={(isOpen) => !isOpen && onCancel()}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles.backdrop} />
        <Dialog.Popup className={styles.dialog}>
          <Dialog.Title>{texts.title}</Dialog.Title>
          <Dialog.Description>{texts.body}</Dialog.Description>
          {children}
          <ErrorNotice error={error} />
          <div className={styles.actions}>
            <Dialog.Close>{texts.cancel}</Dialog.Close>
            <button type="button" data-kind="danger" disabled={isBusy} onClick={onConfirm}>
              {texts.confirm}
            </button>
          </div>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
