import {
  type KeyboardEvent,
  type MouseEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { titleOf } from '../format/title';
import { texts } from '../texts';
import { actionsOn, type PlayerActions, perform } from './actions';
import { Controls } from './Controls';
import { Icon } from './Icon';
import { lengthOf } from './length';
import { recallCaptionStyle, rememberCaptionStyle } from './memory';
import styles from './Player.module.css';
import { type KeyTarget, shortcutFor } from './shortcuts';
import { NO_TRACKS, type Tracks } from './tracks';
import { useAttention } from './useAttention';
import { useChapters } from './useChapters';
import { useFullscreen } from './useFullscreen';
import { useMediaState } from './useMediaState';
import { type PlaybackOptions, usePlayback } from './usePlayback';
import { useStoryboard } from './useStoryboard';

interface PlayerProps extends PlaybackOptions {
  /** Take the keyboard's focus, since what had it is gone. */
  readonly takeFocus?: boolean;
}

/** One video with its controls. To be keyed by the video's id. */
export function Player({ takeFocus = false, ...options }: PlayerProps) {
  const { video } = options;
  const frame = useRef<HTMLElement>(null);
  const screen = useRef<HTMLVideoElement>(null);
  const stillPicture = useRef<HTMLCanvasElement>(null);
  const [elements] = useState({ video: screen, stillPicture });
  const [captionStyle, setCaptionStyle] = useState(recallCaptionStyle);
  const [isChoosing, setIsChoosing] = useState(false);
  const { tracks, condition, isMutedByBrowser, tryAgain } = usePlayback(elements, options);
  const trackState = useTrackState(tracks);
  const media = useMediaState(screen);
  const stills = useStoryboard(video.storyboard);
  const chapters = useChapters(trackState.chaptersAddress);
  const isFullscreen = useFullscreen(frame);
  const { isAttentive, notice } = useAttention();
  const isQuiet = !isAttentive && !media.paused && !isChoosing;

  useEffect(() => {
    if (takeFocus) frame.current?.focus({ preventScroll: true });
  }, [takeFocus]);

  const act = (what: (actions: PlayerActions) => void) => {
    if (screen.current && frame.current) what(actionsOn(screen.current, frame.current, tracks));
  };
  const actions: PlayerActions = {
    playOrPause: () => (condition === 'unplayable' ? tryAgain() : act((on) => on.playOrPause())),
    seekTo: (time) => act((on) => on.seekTo(time)),
    seekBy: (seconds) => act((on) => on.seekBy(seconds)),
    setVolume: (volume) => act((on) => on.setVolume(volume)),
    mute: () => act((on) => on.mute()),
    setRate: (rate) => act((on) => on.setRate(rate)),
    toggleFullscreen: () => act((on) => on.toggleFullscreen()),
    togglePicture: () => act((on) => on.togglePicture()),
    toggleCaptions: () => act((on) => on.toggleCaptions()),
  };

  const onKey = (event: KeyboardEvent) => {
    notice();
    const shortcut = shortcutFor(event, targetOf(event));
    if (shortcut === null) return;
    // Before the slider and the page see it: they would move as well.
    event.preventDefault();
    event.stopPropagation();
    perform(shortcut, actions, media.volume);
  };

  const onPictureClick = ({ nativeEvent }: MouseEvent) => {
    const isTouch = nativeEvent instanceof PointerEvent && nativeEvent.pointerType === 'touch';
    if (isTouch) notice(isQuiet);
    else actions.playOrPause();
  };

  return (
    <section
      ref={frame}
      className={styles.frame}
      aria-label={texts.player.label(titleOf(video.filename))}
      tabIndex={-1}
      data-quiet={isQuiet}
      data-caption-size={captionStyle.size}
      data-caption-colours={captionStyle.colours}
      onKeyDownCapture={onKey}
      onPointerMove={(event) => event.pointerType === 'mouse' && notice()}
      onPointerLeave={(event) => event.pointerType === 'mouse' && notice(false)}
      onFocusCapture={() => notice()}
    >
      {/* biome-ignore lint/a11y/useMediaCaption: captions come with the stream, where it has any */}
      <video
        ref={screen}
        className={styles.video}
        aria-label={titleOf(video.filename)}
        poster={video.poster ?? undefined}
        playsInline
        onClick={onPictureClick}
      />
      <canvas ref={stillPicture} className={styles.still} hidden />
      {media.waiting && condition === 'fine' && <span className={styles.spinner} aria-hidden="true" />}
      {media.paused && condition === 'fine' && (
        <button
          type="button"
          className={styles.start}
          tabIndex={-1}
          aria-hidden="true"
          onClick={actions.playOrPause}
        >
          <Icon name={media.ended ? 'again' : 'play'} />
        </button>
      )}
      {isMutedByBrowser && media.muted && (
        <button type="button" className={styles.soundOn} onClick={actions.mute}>
          <Icon name="muted" /> {texts.player.soundOn}
        </button>
      )}
      <div className={styles.notice} role="status">
        {condition === 'reconnecting' && <p>{texts.player.reconnecting}</p>}
        {condition === 'unplayable' && (
          <p>
            {texts.player.unplayable}{' '}
            <button type="button" onClick={tryAgain}>
              {texts.tryAgain}
            </button>
          </p>
        )}
      </div>
      <div className={styles.controls}>
        <Controls
          frame={frame}
          media={media}
          length={lengthOf(video, media.duration)}
          actions={actions}
          tracks={tracks}
          trackState={trackState}
          stills={stills}
          chapters={chapters}
          isFullscreen={isFullscreen}
          captionStyle={captionStyle}
          onCaptionStyle={(style) => {
            rememberCaptionStyle(style);
            setCaptionStyle(style);
          }}
          onSettingsOpen={setIsChoosing}
        />
      </div>
    </section>
  );
}

const neverChanges = () => () => {};
const noTracks = () => NO_TRACKS;

function useTrackState(tracks: Tracks | null) {
  return useSyncExternalStore(tracks?.subscribe ?? neverChanges, tracks?.getSnapshot ?? noTracks);
}

/** Arrow keys move the focused slider of the volume; those of the time line are the player's own. */
function targetOf({ target, key }: KeyboardEvent): KeyTarget {
  if (!(target instanceof HTMLElement)) return 'other';
  if (target.closest('button') !== null) return 'button';
  if (target instanceof HTMLSelectElement) return 'field';
  if (!(target instanceof HTMLInputElement)) return 'other';
  return target.getAttribute('aria-label') === texts.player.seek || !key.startsWith('Arrow')
    ? 'other'
    : 'field';
}
