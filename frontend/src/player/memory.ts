import { recall, remember } from '../storage';

export interface Sound {
  readonly volume: number;
  readonly muted: boolean;
}

export const CAPTION_SIZES = ['small', 'medium', 'large'] as const;
export const CAPTION_COLOURS = ['white-on-black', 'yellow-on-black', 'black-on-white', 'outlined'] as const;

export interface CaptionStyle {
  readonly size: (typeof CAPTION_SIZES)[number];
  readonly colours: (typeof CAPTION_COLOURS)[number];
}

type Positions = Readonly<Record<string, number>>;

const POSITIONS_KEPT = 50;
const FROM_START_SECONDS = 5;
const TO_END_SECONDS = 10;

export const recallSound = (): Sound => recall<Sound>('sound') ?? { volume: 1, muted: false };
export const rememberSound = (sound: Sound): void => remember('sound', sound);

export const recallCaptionStyle = (): CaptionStyle =>
  recall<CaptionStyle>('captions') ?? { size: 'medium', colours: 'white-on-black' };
export const rememberCaptionStyle = (style: CaptionStyle): void => remember('captions', style);

/** Where this browser stopped watching a video, in seconds. */
export const recallPosition = (videoId: string): number => recall<Positions>('positions')?.[videoId] ?? 0;

/** Keeps the position in a video, unless it is so near to the start or the end that nobody wants to go on there. */
export function rememberPosition(videoId: string, position: number, duration: number): void {
  const { [videoId]: _, ...others } = recall<Positions>('positions') ?? {};
  const isWorthIt = position > FROM_START_SECONDS && position < duration - TO_END_SECONDS;
  const kept = Object.entries(others).slice(-(POSITIONS_KEPT - 1));
  remember('positions', Object.fromEntries(isWorthIt ? [...kept, [videoId, position]] : kept));
}
