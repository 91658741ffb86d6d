import { type ComponentProps, lazy, Suspense } from 'react';
import styles from './LazyPlayer.module.css';

// With what it plays by: a video element that is on the page already takes a click that its source would then undo.
const load = () => Promise.all([import('./Player'), import('./playHls')]);
const Player = lazy(() => load().then(([loaded]) => ({ default: loaded.Player })));

/** Fetches the player ahead of its use. A failure shows when it is used. */
export function preloadPlayer(): void {
  void load().catch(() => undefined);
}

/** The player, loaded when it is needed; until then its place is kept. */
export function LazyPlayer(props: ComponentProps<typeof Player>) {
  return (
    <Suspense fallback={<div className={styles.place} />}>
      <Player {...props} />
    </Suspense>
  );
}
