import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../api/ApiError';
import { api } from '../api/client';
import type { Stream } from '../api/types';
import { queryKeys } from './queryKeys';

const streamQuery = (id: string) =>
  queryOptions({
    queryKey: queryKeys.stream(id),
    queryFn: ({ signal }) => api.stream(id, signal),
    // An answer to the call that follows joining is good for the page that comes with it.
    staleTime: 2000,
  });

interface UseStreamOptions {
  readonly enabled: boolean;
  /** How soon to ask again; without it only the player asks, before its cookies run out. */
  readonly pollInterval?: (stream: Stream) => number;
}

/** What there is to watch, with the cookies that open it. `renew` gets new cookies and rejects when refused. */
export function useStream(id: string, { enabled, pollInterval }: UseStreamOptions) {
  const queryClient = useQueryClient();
  const query = useQuery({
    ...streamQuery(id),
    enabled,
    refetchInterval: ({ state: { data, error } }) => {
      if (error instanceof ApiError && !error.isPassing) return false;
      return data === undefined || pollInterval === undefined ? false : pollInterval(data);
    },
  });
  const renew = () => queryClient.fetchQuery({ ...streamQuery(id), staleTime: 0 });
  return { ...query, renew };
}

/** Enters a session with the secret of an invite link, and asks for its stream at once: the page comes to it a little later. */
export function useJoin(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (invite: string) => api.join(id, invite),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: queryKeys.stream(id) });
      void queryClient.prefetchQuery(streamQuery(id));
    },
  });
}
