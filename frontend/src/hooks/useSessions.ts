import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ApiError, hasCode } from '../api/ApiError';
import { api } from '../api/client';
import type { UploadView } from '../uploads/UploadQueue';
import { sessionPollInterval } from './pollIntervals';
import { queryKeys } from './queryKeys';

/** The host's sessions, newest first, page by page. */
export function useSessions() {
  return useInfiniteQuery({
    queryKey: queryKeys.sessions,
    queryFn: ({ pageParam, signal }) => api.sessions(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  });
}

export function useCreateSession() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: api.createSession,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: queryKeys.sessions }),
  });
}

/** One session of the host with its videos, kept fresh while the page is seen. */
export function useSession(id: string, uploads: readonly UploadView[]) {
  return useQuery({
    queryKey: queryKeys.session(id),
    queryFn: ({ signal }) => api.session(id, signal),
    refetchInterval: ({ state: { data, error } }) => {
      if (error instanceof ApiError && !error.isPassing) return false;
      return data === undefined ? false : sessionPollInterval(data, uploads);
    },
  });
}

export function useEndSession(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => api.endSession(id),
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: queryKeys.session(id) }),
        queryClient.invalidateQueries({ queryKey: queryKeys.sessions }),
      ]),
  });
}

/** The receipt of an ended session; null while it is not written yet. To be asked for once all is deleted. */
export function useReceipt(id: string, isPurged: boolean) {
  return useQuery({
    enabled: isPurged,
    queryKey: queryKeys.receipt(id),
    queryFn: async ({ signal }) => {
      try {
        return await api.receipt(id, signal);
      } catch (error) {
        if (hasCode(error, 'receipt_not_ready')) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data === null ? 1000 : false),
    staleTime: ({ state }) => (state.data == null ? 0 : Number.POSITIVE_INFINITY),
  });
}
