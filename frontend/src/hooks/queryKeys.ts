/** The keys of the server state that is kept, in one place. */
export const queryKeys = {
  me: ['me'] as const,
  sessions: ['sessions'] as const,
  session: (id: string) => ['session', id] as const,
  receipt: (id: string) => ['receipt', id] as const,
  chapters: (address: string) => ['chapters', address] as const,
  storyboard: (address: string) => ['storyboard', address] as const,
  stream: (id: string) => ['stream', id] as const,
};
