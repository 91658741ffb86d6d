import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client';
import { recall, remember } from '../storage';
import { queryKeys } from './queryKeys';

// The server keeps a digest only and cannot tell the link again: this browser remembers it until the session ends.
const nameFor = (sessionId: string) => `invite.${sessionId}`;

/** The invite link of a session as far as this browser knows it, and how to get a new one. */
export function useInvite(sessionId: string) {
  const queryClient = useQueryClient();
  const [link, setLink] = useState(() => recall<string>(nameFor(sessionId)));
  const create = useMutation({
    mutationFn: () => api.createInvite(sessionId),
    onSuccess: ({ url }) => {
      remember(nameFor(sessionId), url);
      setLink(url);
      // A new link voids all stream cookies given out so far, the host's among them.
      return queryClient.invalidateQueries({ queryKey: queryKeys.stream(sessionId) });
    },
  });
  return { link, create };
}

export const forgetInvite = (sessionId: string): void => remember(nameFor(sessionId), null);
