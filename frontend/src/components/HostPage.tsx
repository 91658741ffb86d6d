import type { ReactNode } from 'react';
import { useMe, useSignOut } from '../hooks/useAccount';
import { texts } from '../texts';
import { Layout } from './Layout';
import { Loading, LoadingFailed } from './Notice';
import { SignInCard } from './SignInCard';

interface HostPageProps {
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** A page for signed-in hosts: whoever is not asked to sign in first, and is then where they wanted to be. */
export function HostPage({ title, children }: HostPageProps) {
  const me = useMe();
  const signOut = useSignOut();
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
  return (
    <Layout
      title={title}
      account={
        <>
          <span>{me.data.name}</span>
          <button type="button" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
            {texts.account.signOut}
          </button>
        </>
      }
    >
      {children}
    </Layout>
  );
}
