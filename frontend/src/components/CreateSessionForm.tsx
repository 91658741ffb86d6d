import type { FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { localFieldFromMoment, momentFromLocalField } from '../format/time';
import { useCreateSession } from '../hooks/useSessions';
import { texts } from '../texts';
import styles from './CreateSessionForm.module.css';
import { Field } from './Field';
import { ErrorNotice } from './Notice';

/** Creates a session and goes to its page. */
export function CreateSessionForm() {
  const create = useCreateSession();
  const navigate = useNavigate();

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const endsAt = String(fields.get('ends_at') ?? '');
    create.mutate(
      {
        title: String(fields.get('title') ?? ''),
        ...(endsAt === '' ? {} : { ends_at: momentFromLocalField(endsAt) }),
      },
      { onSuccess: (session) => void navigate(`/sessions/${session.id}`) },
    );
  };

  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={texts.home.title} name="title" maxLength={200} required autoComplete="off" />
      <Field
        label={texts.home.endsAt}
        hint={texts.home.endsAtHint}
        name="ends_at"
        type="datetime-local"
        min={localFieldFromMoment(new Date())}
      />
      <button type="submit" data-kind="primary" disabled={create.isPending}>
        {texts.home.create}
      </button>
      <div className={styles.wide}>
        <ErrorNotice error={create.error} />
      </div>
    </form>
  );
}
