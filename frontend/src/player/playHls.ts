import Hls, { type ErrorData, ErrorDetails, ErrorTypes, Events } from 'hls.js';
import workerUrl from 'hls.js/dist/hls.worker.js?url';
import { ApiError } from '../api/ApiError';
import { tracksOfElement } from './elementTracks';
import { followPlayback } from './followPlayback';
import { tracksOfHls } from './hlsTracks';
import { Recovery, type Trouble } from './Recovery';
import type { Tracks, TrackWishes } from './tracks';

export type PlayerCondition = 'fine' | 'reconnecting' | 'unplayable';

export interface PlayOptions {
  /** Seconds. */
  readonly startAt: number;
  /** Gets new stream cookies; rejects with `ApiError` when there are none to be had. */
  readonly renew: () => Promise<unknown>;
  /** `unplayable` comes last, and before the element is let go of. */
  readonly onCondition: (condition: PlayerCondition) => void;
  /** What the viewer chose so far; kept up to date. */
  readonly wishes: TrackWishes;
}

export interface Playing {
  readonly tracks: Tracks | null;
  /** Seconds; also when a failure has emptied the element. */
  readonly position: () => number;
  /** Whether the viewer wants it to play. */
  readonly isPlaying: () => boolean;
  readonly stop: () => void;
}

// hls.js waits up to 8 s between its tries: longer than an audience should sit before a network that is back.
const SEGMENT_RETRY = { maxNumRetry: 6, retryDelayMs: 1000, maxRetryDelayMs: 3000 };

/** Plays an HLS playlist in a video element until it is stopped. */
export function playHls(element: HTMLVideoElement, url: string, options: PlayOptions): Playing {
  if (Hls.isSupported()) return playWithMediaSource(element, url, options);
  if (element.canPlayType('application/vnd.apple.mpegurl') !== '') return playNatively(element, url, options);
  options.onCondition('unplayable');
  return { ...followPlayback(element, options.startAt), tracks: null };
}

function playWithMediaSource(element: HTMLVideoElement, url: string, options: PlayOptions): Playing {
  // A growing playlist counts as live, and hls.js would begin at its end: hence startPosition.
  const hls = new Hls({
    startPosition: options.startAt,
    workerPath: workerUrl,
    // See CaptionTracks.
    renderTextTracksNatively: false,
    enableCEA708Captions: false,
    enableID3MetadataCues: false,
    fragLoadPolicy: { default: { ...Hls.DefaultConfig.fragLoadPolicy.default, errorRetry: SEGMENT_RETRY } },
  });
  const loadOn = () => {
    // Without a multivariant playlist there is nothing to go on with: begin again.
    if (hls.levels.length === 0) hls.loadSource(url);
    else hls.startLoad(element.currentTime);
  };
  const playback = followPlayback(element, options.startAt);
  // At once, and before hls.js comes upon the failure with the next piece of media: it would do the same, uncounted.
  const recoverMedia = () => {
    const position = playback.position();
    hls.recoverMediaError();
    // hls.js has stopped after a fatal error.
    hls.startLoad(position);
    if (playback.isPlaying()) void element.play().catch(() => undefined);
  };
  const patient = recovering(options, { loadOn, recoverMedia, giveUp: () => stop() });
  // hls.js does not tell of what fails to be decoded when everything is loaded already.
  const onElementError = () => patient.onTrouble({ kind: 'media', fatal: true, status: 0 });
  element.addEventListener('error', onElementError);
  hls.on(Events.ERROR, (_event, data) => {
    const trouble = troubleOf(data);
    // A refusal holds for every rendition; hls.js would ask for each of them before it calls that fatal.
    if (trouble.kind === 'network' && trouble.status === 403) {
      hls.stopLoad();
      patient.onTrouble({ ...trouble, fatal: true });
      return;
    }
    // hls.js asks for a segment several times before it calls that fatal: long, with nothing left to show.
    const isStarved = element.readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    const isDelay =
      trouble.kind === 'network' && !trouble.fatal && data.details !== ErrorDetails.INTERNAL_ABORTED;
    if (isDelay && isStarved) patient.onDelay();
    patient.onTrouble(trouble);
  });
  hls.on(Events.FRAG_BUFFERED, patient.onLoaded);
  const tracks = tracksOfHls(hls, element, options.wishes);
  hls.loadSource(url);
  hls.attachMedia(element);
  const stop = () => {
    patient.stop();
    playback.stop();
    element.removeEventListener('error', onElementError);
    hls.destroy();
  };
  return { ...playback, tracks, stop };
}

function playNatively(element: HTMLVideoElement, url: string, options: PlayOptions): Playing {
  const playback = followPlayback(element, options.startAt);
  const load = () => {
    const position = playback.position();
    element.src = url;
    element.addEventListener('loadedmetadata', () => (element.currentTime = position), { once: true });
    if (playback.isPlaying()) void element.play().catch(() => undefined);
  };
  const patient = recovering(options, { loadOn: load, recoverMedia: load, giveUp: () => stop() });
  // The element does not tell an HTTP status: treat every failure as if the cookies were too old.
  const onError = () => patient.onTrouble({ kind: 'network', fatal: true, status: 403 });
  element.addEventListener('playing', patient.onLoaded);
  element.addEventListener('error', onError);
  load();
  const stop = () => {
    patient.stop();
    playback.stop();
    element.removeEventListener('playing', patient.onLoaded);
    element.removeEventListener('error', onError);
    element.removeAttribute('src');
    element.load();
  };
  return { ...playback, tracks: tracksOfElement(element), stop };
}

function troubleOf({ type, details, fatal, response }: ErrorData): Trouble {
  const kind =
    type === ErrorTypes.NETWORK_ERROR ? 'network' : type === ErrorTypes.MEDIA_ERROR ? 'media' : 'other';
  // hls.js has emptied the element by itself.
  const isReset = details === ErrorDetails.MEDIA_SOURCE_REQUIRES_RESET;
  return { kind, fatal: fatal || isReset, status: response?.code ?? 0 };
}

interface Steps {
  readonly loadOn: () => void;
  readonly recoverMedia: () => void;
  readonly giveUp: () => void;
}

/** Carries out what `Recovery` decides. */
function recovering({ renew, onCondition }: PlayOptions, { loadOn, recoverMedia, giveUp }: Steps) {
  const recovery = new Recovery(() => performance.now());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const renewAndLoadOn = async () => {
    try {
      await renew();
      if (!stopped) loadOn();
    } catch (error) {
      // A refusal ends it calmly: the page shows why. Anything else passes.
      if (!(error instanceof ApiError) || error.isPassing) {
        onTrouble({ kind: 'network', fatal: true, status: 403 });
      }
    }
  };

  const onTrouble = (trouble: Trouble) => {
    if (stopped) return;
    const remedy = recovery.remedyFor(trouble);
    switch (remedy.action) {
      case 'none':
        return;
      case 'give-up':
        onCondition('unplayable');
        giveUp();
        return;
      case 'recover-media':
        clearTimeout(timer);
        recoverMedia();
        return;
      default:
        if (remedy.afterMs > 0) onCondition('reconnecting');
        clearTimeout(timer);
        timer = setTimeout(remedy.action === 'renew' ? () => void renewAndLoadOn() : loadOn, remedy.afterMs);
    }
  };

  return {
    onTrouble,
    onDelay: () => {
      if (!stopped) onCondition('reconnecting');
    },
    onLoaded: () => {
      if (stopped) return;
      recovery.loaded();
      onCondition('fine');
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
