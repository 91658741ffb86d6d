import workerUrl from 'hls.js/dist/hls.worker.js?url';
import { type ComponentProps, lazy, Suspense, useState } from 'react';
import styles from './LazyPlayer.module.css';
import type { Player } from './Player';

let loaded: typeof Player | null = null;

async function load() {
  const { Player } = await import('./Player');
  loaded = Player;
  return { default: Player };
}

const LaterPlayer = lazy(load);

/** Fetches the player ahead of its use. A failure shows when it is used. */
export function preloadPlayer(): void {
  void load()
    // hls.js starts its worker with the first segment that is here: only then would its script be asked for.
    .then(() => fetch(workerUrl))
    .then((script) => script.arrayBuffer())
    .catch(() => undefined);
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
