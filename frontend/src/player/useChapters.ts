import { useQuery } from '@tanstack/react-query';
import { queryKeys } from '../hooks/queryKeys';
import { texts } from '../texts';
import { type Chapter, readChapters } from './chapters';

const NONE: readonly Chapter[] = [];

/** The chapters at an address; none while there is no address, and where there is nothing to read. */
export function useChapters(address: string | null): readonly Chapter[] {
  const { data } = useQuery({
    enabled: address !== null,
    queryKey: queryKeys.chapters(address ?? ''),
    queryFn: async ({ signal }) => {
      const answer = await fetch(address ?? '', { signal });
      return answer.ok ? readChapters(await answer.json(), texts.locale) : NONE;
    },
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NONE;
}
