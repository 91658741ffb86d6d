import { type RefObject, useEffect, useState } from 'react';

/** Where playback stands, as the controls show it. Times are in seconds. */
export interface MediaState {
  readonly paused: boolean;
  readonly ended: boolean;
  /** Wants to play but has nothing to show yet. */
  readonly waiting: boolean;
  readonly time: number;
  readonly duration: number;
  /** The end of what is loaded around the present time. */
  readonly loadedTo: number;
  readonly volume: number;
  readonly muted: boolean;
  readonly rate: number;
  readonly inPicture: boolean;
}

const EVENTS = [
  ...['play', 'pause', 'playing', 'waiting', 'seeking', 'seeked', 'ended', 'emptied', 'canplay'],
  ...['timeupdate', 'durationchange', 'progress', 'volumechange', 'ratechange'],
  ...['enterpictureinpicture', 'leavepictureinpicture'],
];

const AT_REST: MediaState = {
  paused: true,
  ended: false,
  waiting: false,
  time: 0,
  duration: 0,
  loadedTo: 0,
  volume: 1,
  muted: false,
  rate: 1,
  inPicture: false,
};

/** Follows a media element. */
export function useMediaState(element: RefObject<HTMLVideoElement | null>): MediaState {
  const [state, setState] = useState(AT_REST);
  useEffect(() => {
    const media = element.current;
    if (media === null) return;
    const note = () => setState(stateOf(media));
    for (const event of EVENTS) media.addEventListener(event, note);
    note();
    return () => {
      for (const event of EVENTS) media.removeEventListener(event, note);
    };
  }, [element]);
  return state;
}

function stateOf(media: HTMLVideoElement): MediaState {
  return {
    paused: media.paused,
    ended: media.ended,
    waiting: !media.paused && !media.ended && media.readyState < HTMLMediaElement.HAVE_FUTURE_DATA,
    time: media.currentTime,
    duration: Number.isFinite(media.duration) ? media.duration : 0,
    loadedTo: loadedTo(media),
    volume: media.volume,
    muted: media.muted,
    rate: media.playbackRate,
    inPicture: document.pictureInPictureElement === media,
  };
}

function loadedTo({ buffered, currentTime }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    if (buffered.start(range) <= currentTime + 0.5 && currentTime < buffered.end(range)) {
      return buffered.end(range);
    }
  }
  return currentTime;
}
