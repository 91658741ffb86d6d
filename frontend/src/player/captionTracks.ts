import type Hls from 'hls.js';
import { Events } from 'hls.js';

/**
 * Text tracks of a video element that the captions of an hls.js stream are put into. (hls.js would make them itself
 * from `data:` addresses, which the Content-Security-Policy refuses.)
 */
export class CaptionTracks {
  readonly #hls: Hls;
  readonly #element: HTMLVideoElement;

  constructor(hls: Hls, element: HTMLVideoElement) {
    this.#hls = hls;
    this.#element = element;
    hls.on(Events.CUES_PARSED, (_event, { track, cues }) => this.#add(track, cues));
    hls.on(Events.DESTROYING, () => this.#clear());
  }

  /** Shows the captions with this place in the stream's list, and no others; -1 shows none. */
  show(id: number): void {
    const shown = this.#hls.subtitleTracks[id];
    const shownTrack = shown && this.#trackFor(shown.name, shown.lang);
    for (const track of this.#element.textTracks) track.mode = track === shownTrack ? 'showing' : 'hidden';
  }

  #add(name: string, cues: readonly VTTCue[]): void {
    const { subtitleTracks } = this.#hls;
    // hls.js calls the track by its place, except the default one.
    const rendition = subtitleTracks.find((track, id) =>
      track.default ? name === 'default' : name === `subtitles${id}`,
    );
    if (rendition === undefined) return;
    const track = this.#trackFor(rendition.name, rendition.lang);
    for (const cue of cues) {
      // A cue that reaches over a segment's end is in the next one again.
      if (!track.cues?.getCueById(cue.id)) track.addCue(cue);
    }
  }

  /** Tracks cannot be taken off an element: another source of the same video uses them again. */
  #trackFor(label: string, language = ''): TextTrack {
    const known = [...this.#element.textTracks].find(
      (track) => track.label === label && track.language === language,
    );
    if (known !== undefined) return known;
    const track = this.#element.addTextTrack('subtitles', label, language);
    track.mode = 'hidden';
    return track;
  }

  #clear(): void {
    for (const track of this.#element.textTracks) {
      track.mode = 'hidden';
      for (const cue of [...(track.cues ?? [])]) track.removeCue(cue);
    }
  }
}
