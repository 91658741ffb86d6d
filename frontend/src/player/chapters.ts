import { formatCount } from '../format/quantities';
import { texts } from '../texts';

/** A chapter of a film: it lasts until the next one begins. */
export interface Chapter {
  /** Seconds. */
  readonly start: number;
  /** Null where the film gives it no name. */
  readonly title: string | null;
}

/** The DATA-ID of the `EXT-X-SESSION-DATA` tag that names the chapters' address. */
export const CHAPTERS_ID = 'com.apple.hls.chapters';

/**
 * Reads chapters in the form that Apple gives them for HLS ("Providing JavaScript Object Notation (JSON) Chapters"):
 * a list of objects with `start-time` (seconds) and `titles` by language. Titles are in `language` where there are
 * such, else the first. What is not of that form is left out.
 */
export function readChapters(document: unknown, language: string): Chapter[] {
  if (!Array.isArray(document)) return [];
  return document.flatMap((entry) => readChapter(entry, language)).sort((a, b) => a.start - b.start);
}

/** The place in the list of the chapter at a time in seconds, or -1 before the first one. */
export function chapterAt(chapters: readonly Chapter[], time: number): number {
  return chapters.filter(({ start }) => start <= time).length - 1;
}

/** What a chapter is called, by its place in the list. */
export function chapterTitle(chapters: readonly Chapter[], place: number): string {
  return chapters[place]?.title ?? texts.player.chapterNumber(formatCount(place + 1));
}

function readChapter(entry: unknown, language: string): Chapter[] {
  if (typeof entry !== 'object' || entry === null) return [];
  const { 'start-time': start, titles } = entry as Readonly<Record<string, unknown>>;
  if (!isTime(start)) return [];
  return [{ start, title: titleIn(titles, language) }];
}

function titleIn(titles: unknown, language: string): string | null {
  if (!Array.isArray(titles)) return null;
  const named = titles.filter(isTitle);
  const found = named.find((one) => one.language?.split('-')[0] === language) ?? named[0];
  return found?.title ?? null;
}

const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

function isTitle(value: unknown): value is { readonly title: string; readonly language?: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { title, language } = value as Readonly<Record<string, unknown>>;
  return (
    typeof title === 'string' && title !== '' && (language === undefined || typeof language === 'string')
  );
}
