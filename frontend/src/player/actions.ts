import { rememberSound } from './memory';
import type { Shortcut } from './shortcuts';
import type { Tracks } from './tracks';

/** What viewers can do with a player. */
export interface PlayerActions {
  readonly playOrPause: () => void;
  /** Seconds from the beginning. */
  readonly seekTo: (time: number) => void;
  readonly seekBy: (seconds: number) => void;
  /** 0 to 1. */
  readonly setVolume: (volume: number) => void;
  readonly mute: () => void;
  readonly setRate: (rate: number) => void;
  readonly toggleFullscreen: () => void;
  readonly togglePicture: () => void;
  readonly toggleCaptions: () => void;
}

// iPhones put only the video itself on the whole screen, by a method of their own.
type WithNativeFullscreen = HTMLVideoElement & { webkitEnterFullscreen?: () => void };

const ignoreRefusal = () => undefined;

/** Actions on a media element; `frame` is what goes to fullscreen, so that the controls come along. */
export function actionsOn(
  media: WithNativeFullscreen,
  frame: HTMLElement,
  tracks: Tracks | null,
): PlayerActions {
  const seekTo = (time: number) => {
    media.currentTime = Math.min(Math.max(0, time), media.duration || 0);
  };
  const noteSound = () => rememberSound({ volume: media.volume, muted: media.muted });
  return {
    playOrPause: () => {
      if (media.paused || media.ended) void media.play().catch(ignoreRefusal);
      else media.pause();
    },
    seekTo,
    seekBy: (seconds) => seekTo(media.currentTime + seconds),
    setVolume: (volume) => {
      media.volume = Math.min(1, Math.max(0, volume));
      media.muted = media.volume === 0;
      noteSound();
    },
    mute: () => {
      media.muted = !media.muted;
      if (!media.muted && media.volume === 0) media.volume = 0.5;
      noteSound();
    },
    setRate: (rate) => {
      media.playbackRate = rate;
    },
    toggleFullscreen: () => {
      if (document.fullscreenElement === frame) void document.exitFullscreen();
      else if ('requestFullscreen' in frame) void frame.requestFullscreen().catch(ignoreRefusal);
      else media.webkitEnterFullscreen?.();
    },
    togglePicture: () => {
      if (document.pictureInPictureElement === media) void document.exitPictureInPicture();
      else void media.requestPictureInPicture().catch(ignoreRefusal);
    },
    toggleCaptions: () => {
      const [first] = tracks?.getSnapshot().captions ?? [];
      if (first !== undefined) tracks?.chooseCaption(tracks.getSnapshot().caption < 0 ? first.id : -1);
    },
  };
}

/** Does what a key stands for. */
export function perform(shortcut: Shortcut, actions: PlayerActions, volume: number): void {
  switch (shortcut.action) {
    case 'play-or-pause':
      actions.playOrPause();
      break;
    case 'seek':
      actions.seekBy(shortcut.by);
      break;
    case 'volume':
      actions.setVolume(volume + shortcut.by);
      break;
    case 'mute':
      actions.mute();
      break;
    case 'fullscreen':
      actions.toggleFullscreen();
      break;
    case 'captions':
      actions.toggleCaptions();
      break;
  }
}
