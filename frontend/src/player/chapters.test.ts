import { describe, expect, it } from 'vitest';
import { chapterAt, readChapters } from './chapters';

const DOCUMENT = [
  {
    chapter: 1,
    'start-time': 0,
    duration: 487.5,
    titles: [
      { language: 'de', title: 'Ankunft' },
      { language: 'en-GB', title: 'Arrival' },
    ],
  },
  { chapter: 2, 'start-time': 487.5, duration: 112.5, titles: [{ language: 'und', title: 'Credits' }] },
];

describe("a film's chapters", () => {
  it('are read with their times, and their titles in the language of the app', () => {
    expect(readChapters(DOCUMENT, 'en')).toEqual([
      { start: 0, title: 'Arrival' },
      { start: 487.5, title: 'Credits' },
    ]);
    expect(readChapters(DOCUMENT, 'de')[0]?.title).toBe('Ankunft');
    expect(readChapters(DOCUMENT, 'fr')[0]?.title).toBe('Ankunft');
  });

  it('are in the order of their times, with and without a title', () => {
    const chapters = readChapters([{ 'start-time': 60 }, { 'start-time': 0, titles: [{ title: '' }] }], 'en');
    expect(chapters).toEqual([
      { start: 0, title: null },
      { start: 60, title: null },
    ]);
  });

  it.each([
    null,
    {},
    'x',
    [null, 7, [], {}],
    [{ 'start-time': -1 }],
    [{ 'start-time': '0' }],
    [{ 'start-time': Number.NaN }],
  ])('are none where the document is not of that form', (document) => {
    expect(readChapters(document, 'en')).toEqual([]);
  });

  it('survive titles that are no titles', () => {
    const titles = [null, 'x', { title: 5 }, { title: 'Dusk', language: 3 }];
    expect(readChapters([{ 'start-time': 0, titles }], 'en')).toEqual([{ start: 0, title: null }]);
  });

  it('are found by time, each until the next begins and the last to the very end', () => {
    const chapters = readChapters(DOCUMENT, 'en');
    expect([0, 487.4, 487.5, 600, 601].map((time) => chapterAt(chapters, time))).toEqual([0, 0, 1, 1, 1]);
    expect(chapterAt(readChapters([{ 'start-time': 5 }], 'en'), 4)).toBe(-1);
    expect(chapterAt([], 0)).toBe(-1);
  });
});
