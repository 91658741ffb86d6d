import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { hasCode } from '../api/ApiError';
import { api } from '../api/client';
import type { User } from '../api/types';
import { queryKeys } from './queryKeys';

/** The signed-in host, or null. */
export function useMe() {
  return useQuery<User | null>({
    queryKey: queryKeys.me,
    queryFn: async ({ signal }) => {
      try {
        return await api.me(signal);
      } catch (error) {
        if (hasCode(error, 'not_authenticated')) return null;
        throw error;
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
      queryClient.setQueryData(queryKeys.me, user);
    },
  });
}

/** Signs out and loads the start page anew, so that nothing of the account stays in memory. */
export function useSignOut() {
  return useMutation({
    mutationFn: api.signOut,
    onSuccess: () => window.location.assign('/'),
  });
}
