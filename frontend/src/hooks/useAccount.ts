import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { hasCode } from '../api/ApiError';
import { api } from '../api/client';
import type { User } from '../api/types';
import { recall, remember } from '../storage';
import { queryKeys } from './queryKeys';

// The cookie itself is out of reach for pages. Without this a newcomer's first page would begin with a refusal.
const HINT = 'signed-in';

const noteSignedIn = (isSignedIn: boolean) => remember(HINT, isSignedIn ? true : null);

interface UseMeOptions {
  /** Ask the server even if this browser does not remember that somebody signed in. */
  readonly alwaysAsk: boolean;
}

/** The signed-in host, or null. */
export function useMe({ alwaysAsk }: UseMeOptions) {
  return useQuery<User | null>({
    queryKey: queryKeys.me,
    queryFn: async ({ signal }) => {
      if (!alwaysAsk && recall(HINT) === null) return null;
      try {
        const me = await api.me(signal);
        noteSignedIn(true);
        return me;
      } catch (error) {
        if (!hasCode(error, 'not_authenticated')) throw error;
        noteSignedIn(false);
        return null;
      }
    },
    staleTime: 5 * 60_000,
  });
}

/** Signs in; with a name, opens the account first. */
export function useSignIn() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async ({
      name,
      ...credentials
    }: {
      email: string;
      password: string;
      name: string | null;
    }) => {
      if (name !== null) await api.signUp({ ...credentials, name });
      return await api.signIn(credentials);
    },
    onSuccess: ({ user }) => {
      noteSignedIn(true);
      queryClient.setQueryData(queryKeys.me, user);
    },
  });
}

/** Loads the start page anew, so that nothing of the account stays in memory. */
function leave(): void {
  noteSignedIn(false);
  window.location.assign('/');
}

export function useSignOut() {
  return useMutation({ mutationFn: api.signOut, onSuccess: leave });
}

/** Closes the account: all its sessions end and everything in them is deleted. */
export function useCloseAccount() {
  return useMutation({ mutationFn: api.closeAccount, onSuccess: leave });
}
