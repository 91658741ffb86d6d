import { NO_TRACKS, type TrackState } from './tracks';

/** A store of tracks; `change` reads them anew. */
export function newStore(read: () => TrackState) {
  const listeners = new Set<() => void>();
  let snapshot = NO_TRACKS;
  return {
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => snapshot,
    change: () => {
      snapshot = read();
      for (const listener of listeners) listener();
    },
  };
}
