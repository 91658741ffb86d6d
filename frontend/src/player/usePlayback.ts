import { type RefObject, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Video } from '../api/types';
import { freeze, thawWithNextPicture } from './freeze';
import { recallPosition, recallSound, rememberPosition } from './memory';
import { type PlayerCondition, playHls } from './playHls';
import { renewalDelay } from './renewal';
import { start } from './start';
import type { Tracks, TrackWishes } from './tracks';
import { useSettledUrl } from './useSettledUrl';

export interface PlaybackOptions {
  readonly video: Video;
  /** When the present stream cookies stop working. */
  readonly cookiesExpireAt: string;
  /** Gets new stream cookies; rejects when there are none to be had. */
  readonly renewCookies: () => Promise<unknown>;
  /** Start by itself, where the browser lets it; also when this becomes true later. */
  readonly autoPlay: boolean;
}

interface Elements {
  readonly video: RefObject<HTMLVideoElement | null>;
  /** Covers the video while its source changes. */
  readonly stillPicture: RefObject<HTMLCanvasElement | null>;
}

/** Where a playback stands, to go on with another source. */
interface Standing {
  readonly position: number;
  readonly playing: boolean;
  readonly rate: number;
}

const POSITION_SAVED_EVERY_MS = 5000;

/** Plays a video in an element; a new `url` of the same video goes on at the same position. */
export function usePlayback(elements: Elements, options: PlaybackOptions) {
  const { video, cookiesExpireAt, renewCookies, autoPlay } = options;
  const { id } = video;
  const url = useSettledUrl(elements.video, video.url);
  const standing = useRef<Standing | null>(null);
  const wishes = useRef<TrackWishes>({ quality: null, audio: null, caption: null });
  const [tracks, setTracks] = useState<Tracks | null>(null);
  const [condition, setCondition] = useState<PlayerCondition>('fine');
  const [isMutedByBrowser, setIsMutedByBrowser] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const renew = useEffectEvent(renewCookies);
  const begin = useEffectEvent(async (player: HTMLVideoElement) => {
    if ((await start(player)) === 'muted') setIsMutedByBrowser(true);
  });

  useEffect(() => {
    const timer = setTimeout(
      // A failure is no matter here: the player asks again when a segment is refused.
      () => void renew().catch(() => undefined),
      renewalDelay(cookiesExpireAt, Date.now()),
    );
    return () => clearTimeout(timer);
  }, [cookiesExpireAt]);

  // Before it starts: whether a browser lets it start by itself depends on its sound.
  useLayoutEffect(() => {
    const player = elements.video.current;
    if (player === null) return;
    const { volume, muted } = recallSound();
    player.volume = volume;
    player.muted = muted;
  }, [elements]);

  // biome-ignore lint/correctness/useExhaustiveDependencies(attempt): a new attempt loads the same address again
  // biome-ignore lint/correctness/useExhaustiveDependencies(autoPlay): of interest at the first start alone; later changes are below
  useLayoutEffect(() => {
    const player = elements.video.current;
    const canvas = elements.stillPicture.current;
    if (player === null || canvas === null || url === null) return;
    const { position, playing, rate } = standing.current ?? firstStanding(id, autoPlay);
    const playback = playHls(player, url, {
      startAt: position,
      renew: () => renew(),
      onCondition: (now) => {
        if (now === 'unplayable') {
          freeze(player, canvas);
          setTracks(null);
        }
        setCondition(now);
      },
      wishes: wishes.current,
    });
    setTracks(playback.tracks);
    player.playbackRate = rate;
    thawWithNextPicture(player, canvas);
    if (playing) void begin(player);
    return () => {
      if (playback.position() > 0) {
        freeze(player, canvas);
        standing.current = {
          // At the very end there is nothing left to load, and the new source would stay dark.
          position: player.ended ? 0 : playback.position(),
          playing: playback.isPlaying(),
          rate: player.playbackRate,
        };
      }
      playback.stop();
    };
  }, [url, attempt, id, elements]);

  useEffect(() => {
    const player = elements.video.current;
    // Asked for while it is here already; else it starts with its source, above.
    if (autoPlay && player !== null && player.readyState > 0) void begin(player);
  }, [autoPlay, elements]);

  useEffect(() => {
    const player = elements.video.current;
    if (player === null) return;
    return rememberingPosition(player, id);
  }, [id, elements]);

  const tryAgain = () => {
    setCondition('fine');
    setAttempt(attempt + 1);
  };
  return { tracks, condition, isMutedByBrowser, tryAgain };
}

const firstStanding = (videoId: string, playing: boolean): Standing => ({
  position: recallPosition(videoId),
  playing,
  rate: 1,
});

function rememberingPosition(player: HTMLVideoElement, videoId: string): () => void {
  const save = () => {
    if (player.currentTime > 0) rememberPosition(videoId, player.currentTime, player.duration);
  };
  const timer = setInterval(() => !player.paused && save(), POSITION_SAVED_EVERY_MS);
  for (const event of ['pause', 'seeked', 'ended']) player.addEventListener(event, save);
  window.addEventListener('pagehide', save);
  return () => {
    save();
    clearInterval(timer);
    for (const event of ['pause', 'seeked', 'ended']) player.removeEventListener(event, save);
    window.removeEventListener('pagehide', save);
  };
}
