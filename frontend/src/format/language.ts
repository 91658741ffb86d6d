import { texts } from '../texts';

/** A language by its code (BCP 47): `Spanish`; the code itself where nobody knows better. */
export function formatLanguage(code: string): string {
  try {
    return new Intl.DisplayNames(texts.locale, { type: 'language' }).of(code) ?? code;
  } catch {
    return code;
  }
}
