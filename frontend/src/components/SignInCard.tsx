import { type FormEvent, useState } from 'react';
import { useSignIn } from '../hooks/useAccount';
import { texts } from '../texts';
import { Card } from './Card';
import { Field } from './Field';
import { ErrorNotice } from './Notice';
import styles from './SignInCard.module.css';

/** Signs a host in, or opens an account and signs in with it. */
export function SignInCard() {
  const [isNew, setIsNew] = useState(false);
  const signIn = useSignIn();

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const text = (name: string) => String(fields.get(name) ?? '');
    signIn.mutate({
      email: text('email'),
      password: text('password'),
      name: isNew ? text('name') : null,
    });
  };

  return (
    <div className={styles.welcome}>
      <div className={styles.intro}>
        <h1>{texts.appName}</h1>
        <p>{texts.tagline}</p>
      </div>
      <Card heading={isNew ? texts.account.signUp : texts.account.signIn}>
        <form className={styles.form} onSubmit={submit}>
          {isNew && (
            <Field
              label={texts.account.name}
              hint={texts.account.nameHint}
              name="name"
              autoComplete="name"
              maxLength={200}
              required
            />
          )}
          <Field label={texts.account.email} name="email" type="email" autoComplete="username" required />
          <Field
            label={texts.account.password}
            name="password"
            type="password"
            {...(isNew ? { hint: texts.account.passwordHint, minLength: 8 } : {})}
            autoComplete={isNew ? 'new-password' : 'current-password'}
            required
          />
          <ErrorNotice error={signIn.error} />
          <button type="submit" data-kind="primary" disabled={signIn.isPending}>
            {isNew ? texts.account.signUp : texts.account.signIn}
          </button>
        </form>
        <button
          type="button"
          data-kind="quiet"
          onClick={() => {
            signIn.reset();
            setIsNew(!isNew);
          }}
        >
          {isNew ? texts.account.toSignIn : texts.account.toSignUp}
        </button>
      </Card>
    </div>
  );
}
