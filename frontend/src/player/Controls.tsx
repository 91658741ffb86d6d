import { Slider } from '@base-ui/react/slider';
import type { RefObject } from 'react';
import { formatPercent } from '../format/quantities';
import { formatClock } from '../format/time';
import { texts } from '../texts';
import type { PlayerActions } from './actions';
import styles from './Controls.module.css';
import { type Chapter, chapterAt, chapterTitle } from './chapters';
import { Icon, type IconName } from './Icon';
import type { CaptionStyle } from './memory';
import { PlayerSettings } from './PlayerSettings';
import { SeekBar } from './SeekBar';
import type { Still } from './storyboard';
import type { TrackState, Tracks } from './tracks';
import type { MediaState } from './useMediaState';

interface ControlsProps {
  readonly frame: RefObject<HTMLElement | null>;
  readonly media: MediaState;
  /** Of the whole video, in seconds, also while it is being made. */
  readonly length: number;
  readonly actions: PlayerActions;
  readonly tracks: Tracks | null;
  readonly trackState: TrackState;
  readonly stills: readonly Still[];
  readonly chapters: readonly Chapter[];
  readonly isFullscreen: boolean;
  readonly captionStyle: CaptionStyle;
  readonly onCaptionStyle: (style: CaptionStyle) => void;
  readonly onSettingsOpen: (isOpen: boolean) => void;
}

/** The bar below the picture. */
export function Controls(props: ControlsProps) {
  const { frame, media, length, actions, tracks, trackState, chapters } = props;
  const chapter = chapterAt(chapters, media.time);
  const hasCaptions = trackState.captions.length > 0;
  return (
    <div className={styles.bar}>
      <SeekBar
        media={media}
        length={length}
        stills={props.stills}
        chapters={chapters}
        onSeek={actions.seekTo}
      />
      <div className={styles.row}>
        <PlayButton media={media} onPress={actions.playOrPause} />
        <IconButton
          icon="back"
          label={texts.player.back}
          className={styles.wideOnly}
          onPress={() => actions.seekBy(-10)}
        />
        <IconButton
          icon="forward"
          label={texts.player.forward}
          className={styles.wideOnly}
          onPress={() => actions.seekBy(10)}
        />
        <Volume media={media} actions={actions} />
        <span className={styles.time}>
          {formatClock(media.time)} / {formatClock(length)}
          {chapter >= 0 && <span className={styles.chapter}>{chapterTitle(chapters, chapter)}</span>}
        </span>
        {hasCaptions && (
          <IconButton
            icon="captions"
            label={texts.player.captions}
            isPressed={trackState.caption >= 0}
            onPress={actions.toggleCaptions}
          />
        )}
        <PlayerSettings
          frame={frame}
          tracks={tracks}
          state={trackState}
          rate={media.rate}
          onRate={actions.setRate}
          chapters={chapters}
          chapter={chapter}
          onChapter={(place) => actions.seekTo(chapters[place]?.start ?? 0)}
          captionStyle={props.captionStyle}
          onCaptionStyle={props.onCaptionStyle}
          buttonClass={styles.button}
          onOpenChange={props.onSettingsOpen}
        />
        {document.pictureInPictureEnabled && (
          <IconButton
            icon="picture"
            label={texts.player.pictureInPicture}
            isPressed={media.inPicture}
            className={styles.wideOnly}
            onPress={actions.togglePicture}
          />
        )}
        <IconButton
          icon={props.isFullscreen ? 'leave-fullscreen' : 'fullscreen'}
          label={props.isFullscreen ? texts.player.leaveFullscreen : texts.player.fullscreen}
          onPress={actions.toggleFullscreen}
        />
      </div>
    </div>
  );
}

function PlayButton({ media, onPress }: { readonly media: MediaState; readonly onPress: () => void }) {
  if (media.ended) return <IconButton icon="again" label={texts.player.playAgain} onPress={onPress} />;
  return media.paused ? (
    <IconButton icon="play" label={texts.player.play} onPress={onPress} />
  ) : (
    <IconButton icon="pause" label={texts.player.pause} onPress={onPress} />
  );
}

function Volume({ media, actions }: { readonly media: MediaState; readonly actions: PlayerActions }) {
  const isSilent = media.muted || media.volume === 0;
  return (
    <>
      <IconButton
        icon={isSilent ? 'muted' : 'sound'}
        label={isSilent ? texts.player.unmute : texts.player.mute}
        onPress={actions.mute}
      />
      <Slider.Root
        className={styles.volume}
        value={media.muted ? 0 : media.volume}
        min={0}
        max={1}
        step={0.05}
        onValueChange={actions.setVolume}
      >
        <Slider.Control className={styles.volumeControl}>
          <Slider.Track className={styles.volumeTrack}>
            <Slider.Indicator className={styles.volumeLevel} />
            <Slider.Thumb
              className={styles.volumeThumb}
              aria-label={texts.player.volume}
              getAriaValueText={(_, volume) => formatPercent(volume)}
            />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
    </>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  readonly label: string;
  readonly onPress: () => void;
  readonly isPressed?: boolean;
  readonly className?: string | undefined;
}

function IconButton({ icon, label, onPress, isPressed, className }: IconButtonProps) {
  return (
    <button
      type="button"
      className={className ? `${styles.button} ${className}` : styles.button}
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      onClick={onPress}
    >
      <Icon name={icon} />
    </button>
  );
}
