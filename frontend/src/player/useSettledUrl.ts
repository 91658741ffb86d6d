import { type RefObject, useEffect, useState } from 'react';

const LONGEST_START_MS = 5000;

/** The address to play: a new one is taken when the start by the present one is over, so that no start is broken off. */
export function useSettledUrl(
  element: RefObject<HTMLVideoElement | null>,
  url: string | null,
): string | null {
  const [settled, setSettled] = useState(url);
  useEffect(() => {
    if (url === settled) return;
    const player = element.current;
    const adopt = () => setSettled(url);
    if (settled === null || player === null || player.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) {
      adopt();
      return;
    }
    const adoptAtRest = () => player.paused && adopt();
    const timer = setTimeout(adopt, LONGEST_START_MS);
    player.addEventListener('playing', adopt);
    player.addEventListener('canplay', adoptAtRest);
    return () => {
      clearTimeout(timer);
      player.removeEventListener('playing', adopt);
      player.removeEventListener('canplay', adoptAtRest);
    };
  }, [url, settled, element]);
  return settled;
}
