import { describe, expect, it } from 'vitest';
import { ApiError } from '../api/ApiError';
import { anUpload, aVideo } from '../testing/samples';
import { texts } from '.';
import { uploadStatus, videoStatus } from './statusLines';

describe('the line for an upload', () => {
  it('tells share, speed and time left', () => {
    const line = uploadStatus(anUpload({ sent: 250_000, bytesPerSecond: 50_000 }));
    expect(line).toBe('Uploading 25% · 50 kB/s · 15 seconds left');
  });

  it('tells no time left when nothing moves', () => {
    expect(uploadStatus(anUpload({ sent: 250_000, bytesPerSecond: 0 }))).toBe('Uploading 25%');
  });

  it('tells why the server refused', () => {
    const error = new ApiError(413, 'upload_too_large', null);
    expect(uploadStatus(anUpload({ state: 'refused', error }))).toBe(texts.errors.upload_too_large);
  });

  it('of an empty file is not NaN', () => {
    expect(uploadStatus(anUpload({ size: 0, state: 'paused' }))).toBe('Paused at 0%');
  });
});

describe('the line for a video', () => {
  it('asks for the same file when the upload stopped half-way', () => {
    expect(videoStatus(aVideo({ status: 'uploading' }))).toBe(texts.upload.unfinished);
  });

  it('tells the length of a finished video', () => {
    expect(videoStatus(aVideo({ status: 'ready', duration: 125.4 }))).toBe('Ready to watch · 2:05');
  });

  it('never says 100 % before it is done', () => {
    expect(videoStatus(aVideo({ progress: 0.9999 }))).toBe('Preparing 99%');
  });
});
