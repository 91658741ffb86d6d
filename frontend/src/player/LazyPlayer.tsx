import { type ComponentProps, lazy, Suspense, useState } from 'react';
import styles from './LazyPlayer.module.css';
import type { Player } from './Player';

let loaded: typeof Player | null = null;

// With what it plays by: a video element that is on the page already takes a click that its source would then undo.
async function load() {
  const [player] = await Promise.all([import('./Player'), import('./playHls')]);
  loaded = player.Player;
  return { default: player.Player };
}

const LaterPlayer = lazy(load);

/** Fetches the player ahead of its use. A failure shows when it is used. */
export function preloadPlayer(): void {
  void load().catch(() => undefined);
}

/** The player, loaded when it is needed; until then its place is kept. */
export function LazyPlayer(props: ComponentProps<typeof Player>) {
  // Once it is shown, React keeps a fallback for 300 ms, also in place of what is here already.
  const [PresentPlayer] = useState(() => loaded);
  if (PresentPlayer !== null) return <PresentPlayer {...props} />;
  return (
    <Suspense fallback={<div className={styles.place} />}>
      <LaterPlayer {...props} />
    </Suspense>
  );
}
