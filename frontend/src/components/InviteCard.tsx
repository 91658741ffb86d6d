import { useRef, useState } from 'react';
import { useInvite } from '../hooks/useInvite';
import { texts } from '../texts';
import { Card } from './Card';
import { ConfirmDialog } from './ConfirmDialog';
import { Field } from './Field';
import styles from './InviteCard.module.css';
import { ErrorNotice } from './Notice';
import { QrCode } from './QrCode';

/** The link that lets guests in: make it, copy it, replace it. */
export function InviteCard({ sessionId }: { readonly sessionId: string }) {
  const { link, create } = useInvite(sessionId);
  const [isAsking, setIsAsking] = useState(false);

  return (
    <Card heading={texts.invite.heading}>
      {link === null ? (
        <>
          <p>{texts.invite.none}</p>
          <p className={styles.hint}>{texts.invite.renewUnknown}</p>
          <ErrorNotice error={create.error} />
          <button
            type="button"
            className={styles.start}
            data-kind="primary"
            disabled={create.isPending}
            onClick={() => create.mutate()}
          >
            {texts.invite.create}
          </button>
        </>
      ) : (
        <InviteLink key={link} link={link} onRenew={() => setIsAsking(true)} />
      )}
      <WhoSeesWhat />
      {isAsking && (
        <ConfirmDialog
          texts={texts.invite.renewDialog}
          isBusy={create.isPending}
          error={create.error}
          onConfirm={() => create.mutate(undefined, { onSuccess: () => setIsAsking(false) })}
          onCancel={() => setIsAsking(false)}
        />
      )}
    </Card>
  );
}

function InviteLink({ link, onRenew }: { readonly link: string; readonly onRenew: () => void }) {
  const row = useRef<HTMLDivElement>(null);
  const [outcome, setOutcome] = useState<string | null>(null);

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setOutcome(texts.invite.copied);
    } catch {
      // Without HTTPS, or when it is refused, the clipboard is closed to pages.
      row.current?.querySelector('input')?.select();
      setOutcome(texts.invite.copyByHand);
    }
  };

  return (
    <div className={styles.invitation}>
      <QrCode text={link} />
      <div ref={row} className={styles.link}>
        <Field
          label={texts.invite.label}
          value={link}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <div className={styles.actions}>
          <button type="button" data-kind="primary" onClick={() => void copy()}>
            {texts.invite.copy}
          </button>
          <button type="button" onClick={onRenew}>
            {texts.invite.renew}
          </button>
          <span role="status">{outcome}</span>
        </div>
        <p className={styles.hint}>{texts.invite.renewHint}</p>
      </div>
    </div>
  );
}

function WhoSeesWhat() {
  return (
    <div className={styles.sight}>
      <h3>{texts.invite.sight.heading}</h3>
      <dl>
        <dt>{texts.invite.sight.guests}</dt>
        <dd>{texts.invite.sight.ofGuests}</dd>
        <dt>{texts.invite.sight.host}</dt>
        <dd>{texts.invite.sight.ofHost}</dd>
        <dt>{texts.invite.sight.others}</dt>
        <dd>{texts.invite.sight.ofOthers}</dd>
      </dl>
    </div>
  );
}
