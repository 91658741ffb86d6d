import { useQuery } from '@tanstack/react-query';
import { queryKeys } from '../hooks/queryKeys';
import { readStoryboard, type Still } from './storyboard';

const NONE: readonly Still[] = [];

/** The stills of a storyboard; none while there is no storyboard. `path` is on this origin. */
export function useStoryboard(path: string | null): readonly Still[] {
  const { data } = useQuery({
    enabled: path !== null,
    queryKey: queryKeys.storyboard(path ?? ''),
    queryFn: async ({ signal }) => {
      const address = new URL(path ?? '', window.location.origin);
      const answer = await fetch(address, { signal });
      return answer.ok ? readStoryboard(await answer.text(), address.href) : NONE;
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data ?? NONE;
}
