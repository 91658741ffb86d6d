/** A still of a storyboard: a piece of a sprite sheet, and the time that it stands for (seconds). */
export interface Still {
  readonly start: number;
  readonly end: number;
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const CUE = /^((?:\d+:)?\d+:\d+\.\d+)\s+-->\s+((?:\d+:)?\d+:\d+\.\d+)/;
const FRAGMENT = /^xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/;

/**
 * Reads a storyboard: WebVTT whose cues are addresses of sprite sheets with a spatial media fragment
 * (`sprite-0.jpg#xywh=160,0,160,90`, W3C Media Fragments 1.0), relative to the address of the file. What is not of
 * that form is left out.
 */
export function readStoryboard(webvtt: string, address: string): Still[] {
  return webvtt
    .split(/\r?\n\r?\n/)
    .map((block) => readCue(block.split(/\r?\n/), address))
    .filter((still) => still !== null);
}

/** The still for a time in seconds; null where there is none. */
export function stillAt(stills: readonly Still[], time: number): Still | null {
  return stills.find(({ start, end }) => start <= time && time < end) ?? stills.at(-1) ?? null;
}

function readCue(lines: readonly string[], address: string): Still | null {
  const at = lines.findIndex((line) => CUE.test(line));
  const [, start, end] = CUE.exec(lines[at] ?? '') ?? [];
  const target = lines[at + 1]?.trim();
  if (start === undefined || end === undefined || !target) return null;
  const url = new URL(target, address);
  const [, x, y, width, height] = FRAGMENT.exec(url.hash.slice(1)) ?? [];
  if (x === undefined) return null;
  url.hash = '';
  return {
    start: secondsOf(start),
    end: secondsOf(end),
    sheet: url.href,
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  };
}

const secondsOf = (clock: string) => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
