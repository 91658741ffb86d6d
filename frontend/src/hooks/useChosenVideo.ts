import { useState } from 'react';
import type { Video } from '../api/types';

interface Choice {
  readonly id: string;
  readonly byUser: boolean;
}

/**
 * Which of a session's videos is being watched: the one that the user chose, else the first that could be. The
 * choice stays when others become watchable.
 */
export function useChosenVideo(videos: readonly Video[]) {
  const [choice, setChoice] = useState<Choice | null>(null);
  const watchable = videos.filter(({ url }) => url !== null);
  const current = watchable.find(({ id }) => id === choice?.id) ?? watchable[0] ?? null;
  if (current !== null && current.id !== choice?.id) setChoice({ id: current.id, byUser: false });
  return {
    watchable,
    current,
    isUsersChoice: choice?.byUser === true && choice.id === current?.id,
    choose: ({ id }: Video) => setChoice({ id, byUser: true }),
  };
}
