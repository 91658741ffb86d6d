import { describe, expect, it } from 'vitest';
import { LANGUAGES, languageFor } from '.';

describe('the language', () => {
  it("is the first of the browser's that the app speaks", () => {
    expect(languageFor(null, ['fr-FR', 'de-AT', 'en-US'])).toBe('de');
  });

  it('is the chosen one before all', () => {
    expect(languageFor('en', ['de'])).toBe('en');
  });

  it('is English for everybody else', () => {
    expect(languageFor('tlh', ['fr', 'toString'])).toBe('en');
  });
});

type Sentences = { readonly [key: string]: Sentences | string | ((...values: string[]) => string) };

/** Every sentence with its address; sentences with gaps are filled with the names of the gaps. */
function sentencesOf(texts: Sentences, address = ''): [string, string][] {
  return Object.entries(texts).flatMap(([key, value]) => {
    if (typeof value === 'string') return [[`${address}${key}`, value] as [string, string]];
    if (typeof value === 'function') return [[`${address}${key}`, value('‹1›', '‹2›')] as [string, string]];
    return sentencesOf(value, `${address}${key}.`);
  });
}

describe('a translation', () => {
  const english = new Map(sentencesOf(LANGUAGES.en as unknown as Sentences));
  const german = new Map(sentencesOf(LANGUAGES.de as unknown as Sentences));

  it('has every sentence, and none that is empty', () => {
    expect([...german.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...german.values()].filter((sentence) => sentence.trim() === '')).toEqual([]);
  });

  it('fills the same gaps', () => {
    const gaps = (sentence: string | undefined) => sentence?.match(/‹\d›/g)?.sort() ?? [];
    for (const [address, sentence] of english)
      expect(gaps(german.get(address)), address).toEqual(gaps(sentence));
  });
});
