import { useState } from 'react';
import type { User } from '../api/types';
import { useCloseAccount } from '../hooks/useAccount';
import { texts } from '../texts';
import styles from './AccountCard.module.css';
import { Card } from './Card';
import { ConfirmDialog } from './ConfirmDialog';

/** Whose account this is, and how to close it. */
export function AccountCard({ user }: { readonly user: User }) {
  const close = useCloseAccount();
  const [isAsking, setIsAsking] = useState(false);
  return (
    <Card heading={texts.account.heading}>
      <div className={styles.row}>
        <p>
          {user.name} · {user.email}
        </p>
        <button type="button" data-kind="danger" onClick={() => setIsAsking(true)}>
          {texts.account.close}
        </button>
      </div>
      {isAsking && (
        <ConfirmDialog
          texts={texts.account.closeDialog}
          isBusy={close.isPending}
          error={close.error}
          onConfirm={() => close.mutate()}
          onCancel={() => setIsAsking(false)}
        />
      )}
    </Card>
  );
}
