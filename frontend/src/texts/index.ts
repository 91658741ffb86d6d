import { recall, remember } from '../storage';
import { de } from './de';
import { en } from './en';

export type Texts = typeof en;

/** Every language of the app. A translation is one more file of the shape `Texts`, named here. */
export const LANGUAGES = { en, de } satisfies Record<string, Texts>;

export type Language = keyof typeof LANGUAGES;

const isLanguage = (code: unknown): code is Language => typeof code === 'string' && code in LANGUAGES;

/** The language that was chosen, else the first of the browser's own that the app speaks, else English. */
export function languageFor(chosen: unknown, spoken: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return spoken.map((tag) => tag.split('-')[0]?.toLowerCase()).find(isLanguage) ?? 'en';
}

/** Every sentence of the app. */
export const texts: Texts =
  LANGUAGES[
    languageFor(recall('language'), typeof navigator === 'undefined' ? [] : (navigator.languages ?? []))
  ];

/** Has the app speak another language, from now on and on this device. */
export function chooseLanguage(language: Language): void {
  remember('language', language);
  window.location.reload();
}
