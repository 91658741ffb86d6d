import Hls, { type ErrorData, ErrorTypes, Events } from 'hls.js';
import workerUrl from 'hls.js/dist/hls.worker.js?url';
import { ApiError } from '../api/ApiError';
import { tracksOfElement } from './elementTracks';
import { tracksOfHls } from './hlsTracks';
import { Recovery, type Trouble } from './Recovery';
import type { Tracks, TrackWishes } from './tracks';

export type PlayerCondition = 'fine' | 'reconnecting' | 'unplayable';

export interface PlayOptions {
  /** Seconds. */
  readonly startAt: number;
  /** Gets new stream cookies; rejects with `ApiError` when there are none to be had. */
  readonly renew: () => Promise<unknown>;
  readonly onCondition: (condition: PlayerCondition) => void;
  /** What the viewer chose so far; kept up to date. */
  readonly wishes: TrackWishes;
}

export interface Playing {
  readonly tracks: Tracks | null;
  readonly stop: () => void;
}

// hls.js waits up to 8 s between its tries: longer than an audience should sit before a network that is back.
const SEGMENT_RETRY = { maxNumRetry: 6, retryDelayMs: 1000, maxRetryDelayMs: 3000 };

/** Plays an HLS playlist in a video element until it is stopped. */
export function playHls(element: HTMLVideoElement, url: string, options: PlayOptions): Playing {
  if (Hls.isSupported()) return playWithMediaSource(element, url, options);
  if (element.canPlayType('application/vnd.apple.mpegurl') !== '') return playNatively(element, url, options);
  options.onCondition('unplayable');
  return { tracks: null, stop: () => {} };
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
  // A failure of the decoder pauses the element.
  let isPlaying = !element.paused;
  const notePlay = () => {
    isPlaying = true;
  };
  const notePause = () => {
    if (element.error === null) isPlaying = false;
  };
  const recoverMedia = () => {
    hls.recoverMediaError();
    if (isPlaying) void element.play().catch(() => undefined);
  };
  const patient = recovering(options, { loadOn, recoverMedia });
  // hls.js does not tell of what fails to be decoded when everything is loaded already.
  const onElementError = () => patient.onTrouble({ kind: 'media', fatal: true, status: 0 });
  element.addEventListener('play', notePlay);
  element.addEventListener('pause', notePause);
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
    if (trouble.kind === 'network' && !trouble.fatal && isStarved) options.onCondition('reconnecting');
    patient.onTrouble(trouble);
  });
  hls.on(Events.FRAG_BUFFERED, patient.onLoaded);
  const tracks = tracksOfHls(hls, element, options.wishes);
  hls.loadSource(url);
  hls.attachMedia(element);
  const stop = () => {
    patient.stop();
    element.removeEventListener('play', notePlay);
    element.removeEventListener('pause', notePause);
    element.removeEventListener('error', onElementError);
    hls.destroy();
  };
  return { tracks, stop };
}

function playNatively(element: HTMLVideoElement, url: string, options: PlayOptions): Playing {
  let position = options.startAt;
  const notePosition = () => {
    position = element.currentTime || position;
  };
  const load = () => {
    element.src = url;
    element.addEventListener('loadedmetadata', () => (element.currentTime = position), { once: true });
  };
  const patient = recovering(options, { loadOn: load, recoverMedia: load });
  // The element does not tell an HTTP status: treat every failure as if the cookies were too old.
  const onError = () => patient.onTrouble({ kind: 'network', fatal: true, status: 403 });
  element.addEventListener('timeupdate', notePosition);
  element.addEventListener('playing', patient.onLoaded);
  element.addEventListener('error', onError);
  load();
  const stop = () => {
    patient.stop();
    element.removeEventListener('timeupdate', notePosition);
    element.removeEventListener('playing', patient.onLoaded);
    element.removeEventListener('error', onError);
    element.removeAttribute('src');
    element.load();
  };
  return { tracks: tracksOfElement(element), stop };
}

function troubleOf({ type, fatal, response }: ErrorData): Trouble {
  const kind =
    type === ErrorTypes.NETWORK_ERROR ? 'network' : type === ErrorTypes.MEDIA_ERROR ? 'media' : 'other';
  return { kind, fatal, status: response?.code ?? 0 };
}

interface Steps {
  readonly loadOn: () => void;
  readonly recoverMedia: () => void;
}

/** Carries out what `Recovery` decides. */
function recovering({ renew, onCondition }: PlayOptions, { loadOn, recoverMedia }: Steps) {
  const recovery = new Recovery(() => performance.now());
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;

  const after = (ms: number, step: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(step, ms);
  };

  const renewAndLoadOn = async () => {
    try {
      await renew();
      if (!stopped) loadOn();
    } catch (error) {
      // A refusal ends it calmly: the page shows why. Anything else passes.
      if (!stopped && (!(error instanceof ApiError) || error.isPassing)) {
        onTrouble({ kind: 'network', fatal: true, status: 403 });
      }
    }
  };

  const onTrouble = (trouble: Trouble) => {
    const remedy = recovery.remedyFor(trouble);
    if (remedy.action === 'none') return;
    if (remedy.action === 'give-up') {
      onCondition('unplayable');
      return;
    }
    if (remedy.afterMs > 0 && remedy.action !== 'recover-media') onCondition('reconnecting');
    const step = { renew: () => void renewAndLoadOn(), reload: loadOn, 'recover-media': recoverMedia };
    after(remedy.afterMs, step[remedy.action]);
  };

  return {
    onTrouble,
    onLoaded: () => {
      recovery.loaded();
      onCondition('fine');
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
