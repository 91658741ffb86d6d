import { Slider } from '@base-ui/react/slider';
import { type PointerEvent, useState } from 'react';
import { formatClock } from '../format/time';
import { texts } from '../texts';
import { type Chapter, chapterAt, chapterTitle } from './chapters';
import styles from './SeekBar.module.css';
import { type Still, stillAt } from './storyboard';
import type { MediaState } from './useMediaState';

interface SeekBarProps {
  readonly media: MediaState;
  /** Of the whole video, in seconds, also while it is being made. */
  readonly length: number;
  readonly stills: readonly Still[];
  readonly chapters: readonly Chapter[];
  readonly onSeek: (time: number) => void;
}

/** The time line: what is played, loaded, and still to come, and a preview of where the pointer stands. */
export function SeekBar({ media, length, stills, chapters, onSeek }: SeekBarProps) {
  const [pointed, setPointed] = useState<number | null>(null);
  const [dragged, setDragged] = useState<number | null>(null);
  const duration = Math.max(length, 0.1);
  const there = media.duration / duration;
  const previewed = dragged ?? pointed;
  const chapterNameAt = (time: number) => {
    const place = chapterAt(chapters, time);
    return place < 0 ? null : chapterTitle(chapters, place);
  };

  const follow = (event: PointerEvent<HTMLElement>) => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    setPointed(Math.min(1, Math.max(0, (event.clientX - left) / width)) * duration);
  };

  return (
    <Slider.Root
      className={styles.root}
      value={Math.min(dragged ?? media.time, duration)}
      min={0}
      max={duration}
      step={0.1}
      largeStep={30}
      onValueChange={(time, { reason }) => {
        if (reason === 'keyboard') onSeek(time);
        else setDragged(time);
      }}
      onValueCommitted={(time) => {
        setDragged(null);
        onSeek(time);
      }}
    >
      <Slider.Control
        className={styles.control}
        onPointerMove={follow}
        onPointerLeave={() => setPointed(null)}
      >
        <Slider.Track className={styles.track}>
          <div className={styles.loaded} style={{ width: `${(media.loadedTo / duration) * 100}%` }} />
          {there > 0 && there < 1 && <div className={styles.coming} style={{ left: `${there * 100}%` }} />}
          <Slider.Indicator className={styles.played} />
          {chapters
            .filter(({ start }) => start > 0 && start < length)
            .map(({ start }) => (
              <div key={start} className={styles.mark} style={{ left: `${(start / duration) * 100}%` }} />
            ))}
          <Slider.Thumb
            className={styles.thumb}
            aria-label={texts.player.seek}
            getAriaValueText={(_, time) =>
              [texts.player.position(formatClock(time), formatClock(length)), chapterNameAt(time)]
                .filter((part) => part !== null)
                .join(', ')
            }
          />
        </Slider.Track>
      </Slider.Control>
      {previewed !== null && media.duration > 0 && (
        <Preview
          time={previewed}
          share={previewed / duration}
          still={stillAt(stills, previewed)}
          chapter={chapterNameAt(previewed)}
          isThere={previewed <= media.duration}
        />
      )}
    </Slider.Root>
  );
}

interface PreviewProps {
  readonly time: number;
  readonly share: number;
  readonly still: Still | null;
  readonly chapter: string | null;
  readonly isThere: boolean;
}

function Preview({ time, share, still, chapter, isThere }: PreviewProps) {
  return (
    <div
      className={styles.preview}
      data-testid="preview"
      style={{ left: `clamp(5rem, ${share * 100}%, calc(100% - 5rem))` }}
      aria-hidden="true"
    >
      {still && (
        <div
          className={styles.still}
          data-testid="storyboard-still"
          style={{
            width: still.width,
            height: still.height,
            backgroundImage: `url("${still.sheet}")`,
            backgroundPosition: `${-still.x}px ${-still.y}px`,
          }}
        />
      )}
      {chapter !== null && <span className={styles.chapter}>{chapter}</span>}
      <span>{formatClock(time)}</span>
      {!isThere && <span>{texts.player.coming}</span>}
    </div>
  );
}
