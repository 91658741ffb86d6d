export interface Following {
  /** Seconds. */
  readonly position: () => number;
  readonly isPlaying: () => boolean;
  readonly stop: () => void;
}

/** Where an element plays, and whether: also when a failure, or a change of source, has emptied and paused it. */
export function followPlayback(element: HTMLVideoElement, startAt: number): Following {
  let position = startAt;
  let isPlaying = !element.paused;
  const notePosition = () => {
    position = element.currentTime || position;
  };
  const notePlay = () => {
    isPlaying = true;
  };
  const notePause = () => {
    // A failure of the decoder pauses the element.
    if (element.error === null) isPlaying = false;
  };
  const listeners = { timeupdate: notePosition, seeking: notePosition, play: notePlay, pause: notePause };
  for (const [event, note] of Object.entries(listeners)) element.addEventListener(event, note);
  return {
    position: () => element.currentTime || position,
    isPlaying: () => isPlaying,
    stop: () => {
      for (const [event, note] of Object.entries(listeners)) element.removeEventListener(event, note);
    },
  };
}
