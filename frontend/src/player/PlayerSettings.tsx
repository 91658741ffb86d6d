import { Popover } from '@base-ui/react/popover';
import { type RefObject, useId } from 'react';
import { formatNumber } from '../format/quantities';
import { texts } from '../texts';
import { type Chapter, chapterTitle } from './chapters';
import { Icon } from './Icon';
import { CAPTION_COLOURS, CAPTION_SIZES, type CaptionStyle } from './memory';
import styles from './PlayerSettings.module.css';
import type { Choice, TrackState, Tracks } from './tracks';

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

interface PlayerSettingsProps {
  /** Where the panel is put: it must be inside of what goes to fullscreen. */
  readonly frame: RefObject<HTMLElement | null>;
  readonly tracks: Tracks | null;
  readonly state: TrackState;
  readonly rate: number;
  readonly onRate: (rate: number) => void;
  readonly chapters: readonly Chapter[];
  /** The place of the present chapter in the list, or -1. */
  readonly chapter: number;
  readonly onChapter: (place: number) => void;
  readonly captionStyle: CaptionStyle;
  readonly onCaptionStyle: (style: CaptionStyle) => void;
  readonly buttonClass: string | undefined;
  readonly onOpenChange: (isOpen: boolean) => void;
}

/** Quality, speed, sound and captions. The choices are the browser's own lists: they work on every device. */
export function PlayerSettings(props: PlayerSettingsProps) {
  return (
    <Popover.Root onOpenChange={props.onOpenChange}>
      <Popover.Trigger
        className={props.buttonClass}
        aria-label={texts.player.settings}
        title={texts.player.settings}
      >
        <Icon name="settings" />
      </Popover.Trigger>
      <Popover.Portal container={props.frame}>
        <Popover.Positioner
          className={styles.positioner}
          side="top"
          align="end"
          sideOffset={8}
          collisionPadding={8}
        >
          <Popover.Popup className={styles.panel} aria-label={texts.player.settings}>
            <Choices {...props} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Choices(props: PlayerSettingsProps) {
  const { tracks, state, rate, onRate, chapters, chapter, onChapter, captionStyle, onCaptionStyle } = props;
  const auto: Choice = { id: -1, label: autoLabel(state) };
  const none: Choice = { id: -1, label: texts.player.captionsOff };
  return (
    <>
      {chapters.length > 1 && (
        <Select
          label={texts.player.chapter}
          value={chapter}
          choices={[
            // Before the first one: else the list would show that as the present one, and it could not be chosen.
            ...(chapter < 0 ? [{ id: -1, label: '–' }] : []),
            ...chapters.map((_, place) => ({ id: place, label: chapterTitle(chapters, place) })),
          ]}
          onChoose={onChapter}
        />
      )}
      {state.qualities.length > 0 && (
        <Select
          label={texts.player.quality}
          value={state.quality}
          choices={[auto, ...state.qualities]}
          onChoose={(id) => tracks?.chooseQuality(id)}
        />
      )}
      <Select
        label={texts.player.speed}
        value={rate}
        choices={[...new Set([...RATES, rate])]
          .sort((a, b) => a - b)
          .map((id) => ({ id, label: rateLabel(id) }))}
        onChoose={onRate}
      />
      {state.audio.length > 1 && (
        <Select
          label={texts.player.audio}
          value={state.audioTrack}
          choices={state.audio}
          onChoose={(id) => tracks?.chooseAudio(id)}
        />
      )}
      {state.captions.length > 0 && (
        <>
          <Select
            label={texts.player.captions}
            value={state.caption}
            choices={[none, ...state.captions]}
            onChoose={(id) => tracks?.chooseCaption(id)}
          />
          <Select
            label={texts.player.captionSize}
            value={CAPTION_SIZES.indexOf(captionStyle.size)}
            choices={CAPTION_SIZES.map((size, id) => ({ id, label: texts.player.captionSizes[size] }))}
            onChoose={(id) => onCaptionStyle({ ...captionStyle, size: CAPTION_SIZES[id] ?? 'medium' })}
          />
          <Select
            label={texts.player.captionColours}
            value={CAPTION_COLOURS.indexOf(captionStyle.colours)}
            choices={CAPTION_COLOURS.map((name, id) => ({
              id,
              label: texts.player.captionColourNames[name],
            }))}
            onChoose={(id) =>
              onCaptionStyle({ ...captionStyle, colours: CAPTION_COLOURS[id] ?? 'white-on-black' })
            }
          />
        </>
      )}
    </>
  );
}

interface SelectProps {
  readonly label: string;
  readonly value: number;
  readonly choices: readonly Choice[];
  readonly onChoose: (id: number) => void;
}

function Select({ label, value, choices, onChoose }: SelectProps) {
  const id = useId();
  return (
    <div className={styles.row}>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChoose(Number(target.value))}>
        {choices.map((choice) => (
          <option key={choice.id} value={choice.id}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}

function autoLabel({ quality, shownQuality }: TrackState): string {
  return quality === -1 && shownQuality !== null ? texts.player.autoNow(shownQuality) : texts.player.auto;
}

const rateLabel = (rate: number) => (rate === 1 ? texts.player.normalSpeed : `${formatNumber(rate)}×`);
