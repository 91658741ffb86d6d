import type { ReactNode } from 'react';
import type { User } from '../api/types';
import { useMe, useSignOut } from '../hooks/useAccount';
import { texts } from '../texts';
import styles from './HostPage.module.css';
import { Layout } from './Layout';
import { Loading, LoadingFailed } from './Notice';
import { SignInCard } from './SignInCard';

interface HostPageProps {
  /** Whether people come here by an address that was given to them, and not as newcomers. */
  readonly isDeep?: boolean;
  /** The page, for whoever is signed in. */
  readonly children: (me: User) => ReactNode;
}

/** A page for signed-in hosts: whoever is not asked to sign in first, and is then where they wanted to be. */
export function HostPage({ isDeep = false, children }: HostPageProps) {
  const me = useMe({ alwaysAsk: isDeep });
  if (me.isPending)
    return (
      <Layout>
        <Loading />
      </Layout>
    );
  if (me.isError)
    return (
      <Layout>
        <LoadingFailed error={me.error} onRetry={() => void me.refetch()} />
      </Layout>
    );
  if (me.data === null)
    return (
      <Layout>
        <SignInCard />
      </Layout>
    );
  return <Layout account={<SignedIn user={me.data} />}>{children(me.data)}</Layout>;
}

function SignedIn({ user }: { readonly user: User }) {
  const signOut = useSignOut();
  return (
    <div className={styles.account}>
      <span className={styles.name}>{user.name}</span>
      <button type="button" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        {texts.account.signOut}
      </button>
    </div>
  );
}
