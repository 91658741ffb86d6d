import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { Video } from '../api/types';
import { texts } from '../texts';
import styles from './Player.module.css';
import type { PlayerCondition } from './playHls';
import { renewalDelay } from './renewal';

interface PlayerProps {
  readonly video: Video;
  /** When the present stream cookies stop working. */
  readonly cookiesExpireAt: string;
  /** Gets new stream cookies; rejects when there are none to be had. */
  readonly renewCookies: () => Promise<unknown>;
  /** Start by itself, where the browser lets it; also when this becomes true later. */
  readonly autoPlay: boolean;
}

/** Where a playback stands, to go on with another source. */
interface Playback {
  readonly position: number;
  readonly playing: boolean;
  readonly rate: number;
}

/** One video. To be keyed by the video's id: a new `url` of the same video goes on at the same position. */
export function Player({ video, cookiesExpireAt, renewCookies, autoPlay }: PlayerProps) {
  const { url } = video;
  const element = useRef<HTMLVideoElement>(null);
  const playback = useRef<Playback>({ position: 0, playing: autoPlay, rate: 1 });
  const [condition, setCondition] = useState<PlayerCondition>('fine');
  const [attempt, setAttempt] = useState(0);
  const renew = useEffectEvent(renewCookies);

  useEffect(() => {
    const timer = setTimeout(
      // A failure is no matter here: the player asks again when a segment is refused.
      () => void renew().catch(() => undefined),
      renewalDelay(cookiesExpireAt, Date.now()),
    );
    return () => clearTimeout(timer);
  }, [cookiesExpireAt]);

  // biome-ignore lint/correctness/useExhaustiveDependencies(attempt): a new attempt loads the same address again
  useEffect(() => {
    const player = element.current;
    if (player === null || url === null) return;
    const { position, playing, rate } = playback.current;
    let stop = () => {};
    let left = false;
    void import('./playHls').then(({ playHls }) => {
      if (left) return;
      stop = playHls(player, url, { startAt: position, renew: () => renew(), onCondition: setCondition });
      player.playbackRate = rate;
      // Browsers may refuse to start without a click; then the play button is there.
      if (playing) void player.play().catch(() => undefined);
    });
    return () => {
      left = true;
      if (player.currentTime > 0) {
        playback.current = {
          // At the very end there is nothing left to load, and the new source would stay dark.
          position: player.ended ? 0 : player.currentTime,
          playing: !player.paused,
          rate: player.playbackRate,
        };
      }
      stop();
    };
  }, [url, attempt]);

  useEffect(() => {
    const player = element.current;
    // Asked for while it is here already; else it starts with its source, above.
    if (autoPlay && player !== null && player.readyState > 0) void player.play().catch(() => undefined);
  }, [autoPlay]);

  return (
    <div className={styles.frame}>
      {/* biome-ignore lint/a11y/useMediaCaption: captions come with the stream, where it has any */}
      <video
        ref={element}
        className={styles.video}
        aria-label={video.filename}
        poster={video.poster ?? undefined}
        controls
        playsInline
      />
      <div className={styles.notice} role="status">
        {condition === 'reconnecting' && <p>{texts.player.reconnecting}</p>}
        {condition === 'unplayable' && (
          <p>
            {texts.player.unplayable}{' '}
            <button
              type="button"
              onClick={() => {
                setCondition('fine');
                setAttempt(attempt + 1);
              }}
            >
              {texts.tryAgain}
            </button>
          </p>
        )}
      </div>
    </div>
  );
}
