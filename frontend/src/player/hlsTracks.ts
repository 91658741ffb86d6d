import type Hls from 'hls.js';
import { Events } from 'hls.js';
import { formatLanguage } from '../format/language';
import { CaptionTracks } from './captionTracks';
import { CHAPTERS_ID } from './chapters';
import { newStore } from './trackStore';
import type { Choice, Tracks, TrackWishes } from './tracks';

const labelOf = (choices: readonly Choice[], id: number) =>
  choices.find((one) => one.id === id)?.label ?? null;
const idOf = (choices: readonly Choice[], label: string | null) =>
  choices.find((one) => one.label === label)?.id ?? -1;

/** The shorter side names a quality, also of a picture that stands upright: `1080p`. */
const qualityLabel = ({ width, height }: { width: number; height: number }) => `${Math.min(width, height)}p`;

/** The name that the film gave the track; where that is only a code, the language in the reader's words. */
const trackLabel = ({ name, lang }: { name: string; lang?: string | undefined }) =>
  /^[a-z]{2,3}$/.test(name) ? formatLanguage(lang ?? name) : name;

/** The tracks of a stream in hls.js; the wishes are fulfilled as soon as the stream has what they name. */
export function tracksOfHls(hls: Hls, element: HTMLVideoElement, wishes: TrackWishes): Tracks {
  const captionTracks = new CaptionTracks(hls, element);
  let caption = -1;
  const showCaptions = () => {
    const audioLanguage = hls.audioTracks[hls.audioTrack]?.lang;
    // Forced captions translate what is foreign to the language that is heard. Others say so themselves.
    const forced = hls.subtitleTracks.findIndex((track) => track.forced && track.lang === audioLanguage);
    const shown = caption >= 0 ? caption : forced;
    hls.subtitleTrack = shown;
    captionTracks.show(shown);
  };
  let chaptersAddress: string | null = null;
  const store = newStore(() => {
    const qualities = hls.levels
      .map((level, id) => ({ id, label: qualityLabel(level), height: level.height }))
      .sort((a, b) => b.height - a.height);
    const shown = hls.levels[hls.currentLevel];
    return {
      qualities,
      quality: hls.autoLevelEnabled ? -1 : hls.manualLevel,
      shownQuality: shown === undefined ? null : qualityLabel(shown),
      audio: hls.audioTracks.map((track, id) => ({ id, label: trackLabel(track) })),
      audioTrack: hls.audioTrack,
      captions: hls.subtitleTracks
        .map((track, id) => ({ track, id }))
        .filter(({ track }) => !track.forced)
        .map(({ track, id }) => ({ id, label: trackLabel(track) })),
      caption,
      chaptersAddress,
    };
  });

  hls.on(Events.MANIFEST_PARSED, (_event, { sessionData }) => {
    const chapters = sessionData?.[CHAPTERS_ID]?.URI;
    chaptersAddress = chapters && hls.url ? new URL(chapters, hls.url).href : null;
    store.change();
    const wished = idOf(store.getSnapshot().qualities, wishes.quality);
    if (wished >= 0) hls.currentLevel = wished;
  });
  hls.on(Events.AUDIO_TRACKS_UPDATED, () => {
    store.change();
    const wished = idOf(store.getSnapshot().audio, wishes.audio);
    if (wished >= 0) hls.audioTrack = wished;
  });
  hls.on(Events.SUBTITLE_TRACKS_UPDATED, () => {
    store.change();
    caption = idOf(store.getSnapshot().captions, wishes.caption);
    store.change();
    // Right after this event hls.js chooses by itself: what the file calls its default, which nearly every file does.
    queueMicrotask(showCaptions);
  });
  hls.on(Events.AUDIO_TRACK_SWITCHED, () => {
    showCaptions();
    store.change();
  });
  hls.on(Events.LEVEL_SWITCHED, store.change);

  return {
    ...store,
    chooseQuality: (id) => {
      wishes.quality = labelOf(store.getSnapshot().qualities, id);
      hls.nextLevel = id;
      store.change();
    },
    chooseAudio: (id) => {
      wishes.audio = labelOf(store.getSnapshot().audio, id);
      hls.audioTrack = id;
      store.change();
    },
    chooseCaption: (id) => {
      wishes.caption = labelOf(store.getSnapshot().captions, id);
      caption = id;
      showCaptions();
      store.change();
    },
  };
}
