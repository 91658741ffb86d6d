import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiError, hasCode } from '../api/ApiError';
import { queryKeys } from './queryKeys';

/** The server state of the app. Failures that can pass are tried three times; refusals are not. */
export function newQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // A token that ran out shows in any answer: from then on the pages ask to sign in again.
      onError: (error) => {
        if (hasCode(error, 'not_authenticated')) client.setQueryData(queryKeys.me, null);
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: (failures, error) => failures < 3 && (!(error instanceof ApiError) || error.isPassing),
        retryDelay: (failures) => Math.min(1000 * 2 ** failures, 10_000),
      },
      mutations: { networkMode: 'always' },
    },
  });
  return client;
}
