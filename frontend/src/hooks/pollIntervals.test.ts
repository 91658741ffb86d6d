import { describe, expect, it } from 'vitest';
import type { SessionWithVideos, Stream, Video } from '../api/types';
import { anUpload, aVideo } from '../testing/samples';
import { sessionPollInterval, streamPollInterval } from './pollIntervals';

const session = (videos: Video[], changes: Partial<SessionWithVideos> = {}): SessionWithVideos => ({
  id: 's1',
  title: 'Premiere',
  created_at: '2026-11-22T10:00:00Z',
  ends_at: null,
  ended_at: null,
  purged_at: null,
  state: 'open',
  videos,
  ...changes,
});

const stream = (videos: Video[]): Stream => ({
  session: { id: 's1', title: 'Premiere', ends_at: null },
  videos,
  cookies_expire_at: '2026-11-22T10:05:00Z',
});

describe("the host's page", () => {
  it.each(['uploaded', 'transcoding', 'playable'] as const)(
    'asks every second while a video is %s',
    (status) => {
      expect(sessionPollInterval(session([aVideo({ status })]), [])).toBe(1000);
    },
  );

  it('asks every second while it uploads or the session is being deleted', () => {
    expect(sessionPollInterval(session([]), [anUpload()])).toBe(1000);
    expect(sessionPollInterval(session([], { state: 'ending' }), [])).toBe(1000);
  });

  it('asks every second until the server has noticed the last byte', () => {
    const sent = anUpload({ state: 'uploaded', videoId: aVideo().id });
    expect(sessionPollInterval(session([]), [sent])).toBe(1000);
    expect(sessionPollInterval(session([aVideo({ status: 'uploading' })]), [sent])).toBe(1000);
    expect(sessionPollInterval(session([aVideo({ status: 'ready' })]), [sent])).toBeGreaterThan(1000);
  });

  it('asks seldom when every video is done', () => {
    const done = [aVideo({ status: 'ready' }), aVideo({ status: 'failed' })];
    expect(sessionPollInterval(session(done), [])).toBeGreaterThanOrEqual(10_000);
  });

  it('stops when all is deleted', () => {
    const purged = session([], { state: 'ended', purged_at: '2026-11-22T11:00:00Z' });
    expect(sessionPollInterval(purged, [])).toBe(false);
  });
});

describe("the guest's page", () => {
  it('asks every second while a video is prepared', () => {
    expect(streamPollInterval(stream([aVideo({ status: 'transcoding' })]))).toBe(1000);
  });

  it('goes on asking when there is nothing to watch, and when all is ready', () => {
    expect(streamPollInterval(stream([]))).toBeLessThanOrEqual(5000);
    expect(streamPollInterval(stream([aVideo({ status: 'ready' })]))).toBeLessThanOrEqual(15_000);
  });
});
