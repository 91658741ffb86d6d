import { newStore } from './trackStore';
import { NO_TRACKS, type Tracks } from './tracks';

/** The captions of a stream that the browser plays by itself; it offers no other choice to pages. */
export function tracksOfElement(element: HTMLVideoElement): Tracks {
  const captions = () =>
    [...element.textTracks].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');
  const store = newStore(() => ({
    ...NO_TRACKS,
    captions: captions().map(({ label, language }, id) => ({ id, label: label || language })),
    caption: captions().findIndex(({ mode }) => mode === 'showing'),
  }));
  for (const event of ['addtrack', 'removetrack', 'change']) {
    element.textTracks.addEventListener(event, store.change);
  }
  return {
    ...store,
    chooseQuality: () => {},
    chooseAudio: () => {},
    chooseCaption: (chosen) => {
      captions().forEach((track, id) => {
        track.mode = id === chosen ? 'showing' : 'disabled';
      });
    },
  };
}
