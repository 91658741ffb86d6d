/** One entry of a menu; `id` is its place in the stream's own list. */
export interface Choice {
  readonly id: number;
  readonly label: string;
}

/** What can be chosen in a stream, and what is chosen. */
export interface TrackState {
  readonly qualities: readonly Choice[];
  /** The id of the fixed quality, or -1 for automatic. */
  readonly quality: number;
  /** The quality that is on screen now, as its label. */
  readonly shownQuality: string | null;
  readonly audio: readonly Choice[];
  readonly audioTrack: number;
  readonly captions: readonly Choice[];
  /** The id of the captions that are shown, or -1 for none. */
  readonly caption: number;
  /** Where the film's chapters can be read; null where it has none. */
  readonly chaptersAddress: string | null;
}

/** The menus of a stream: a store to read, and what can be done with it. */
export interface Tracks {
  readonly subscribe: (listener: () => void) => () => void;
  readonly getSnapshot: () => TrackState;
  readonly chooseQuality: (id: number) => void;
  readonly chooseAudio: (id: number) => void;
  readonly chooseCaption: (id: number) => void;
}

/** What the viewer has chosen, in words that another source of the same video understands as well. */
export interface TrackWishes {
  quality: string | null;
  audio: string | null;
  caption: string | null;
}

export const NO_TRACKS: TrackState = {
  qualities: [],
  quality: -1,
  shownQuality: null,
  audio: [],
  audioTrack: -1,
  captions: [],
  caption: -1,
  chaptersAddress: null,
};
