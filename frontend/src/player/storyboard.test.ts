import { describe, expect, it } from 'vitest';
import { readStoryboard, stillAt } from './storyboard';

const ADDRESS = 'http://matinee.test/streams/s1/v1/storyboard.vtt';
const STORYBOARD = `WEBVTT

00:00.000 --> 00:05.000
sprite-0.jpg#xywh=0,0,160,90

NOTE a remark

second
01:00:05.000 --> 01:00:10.500
sprite-1.jpg#xywh=160,90,160,90

00:10.000 --> 00:15.000
a caption, not a picture
`;

describe('a storyboard', () => {
  const stills = readStoryboard(STORYBOARD, ADDRESS);

  it('is read cue by cue, relative to its own address', () => {
    expect(stills).toEqual([
      {
        start: 0,
        end: 5,
        sheet: 'http://matinee.test/streams/s1/v1/sprite-0.jpg',
        x: 0,
        y: 0,
        width: 160,
        height: 90,
      },
      {
        start: 3605,
        end: 3610.5,
        sheet: 'http://matinee.test/streams/s1/v1/sprite-1.jpg',
        x: 160,
        y: 90,
        width: 160,
        height: 90,
      },
    ]);
  });

  it('gives the still of a time', () => {
    expect(stillAt(stills, 4.9)?.start).toBe(0);
    expect(stillAt(stills, 3606)?.start).toBe(3605);
  });

  it('gives the last still after the end, and none when it is empty', () => {
    expect(stillAt(stills, 9999)?.start).toBe(3605);
    expect(stillAt([], 1)).toBeNull();
  });
});
