import { describe, expect, it } from 'vitest';
import { anUpload, aVideo } from '../testing/samples';
import { fingerprintOf } from './fingerprint';
import { SpeedMeter } from './SpeedMeter';
import { videoIdOfUploadAddress } from './uploadAddress';
import { isWorthRetrying, uploadErrorFromAnswer } from './uploadErrors';
import { isShownAsUpload, videoRows } from './videoRows';

const VIDEO = '01937c5e-0000-7000-8000-000000000001';
const SESSION = '01937c5e-0000-7000-8000-00000000000a';

describe('the fingerprint of an upload', () => {
  const file = { name: 'a.mp4', type: 'video/mp4', size: 10, lastModified: 1 };

  it('is the same for the same file and session', () => {
    expect(fingerprintOf('s1', { ...file })).toBe(fingerprintOf('s1', file));
  });

  it.each([{ name: 'b.mp4' }, { type: '' }, { size: 11 }, { lastModified: 2 }])(
    'tells another file by %j',
    (change) => {
      expect(fingerprintOf('s1', { ...file, ...change })).not.toBe(fingerprintOf('s1', file));
    },
  );

  it('tells another session', () => {
    expect(fingerprintOf('s2', file)).not.toBe(fingerprintOf('s1', file));
  });

  it('cannot be made the same by a clever name', () => {
    const clever = { ...file, name: 'a.mp4","video/mp4' };
    expect(fingerprintOf('s1', clever)).not.toBe(fingerprintOf('s1', file));
  });
});

describe('the address of an upload', () => {
  it.each([
    `http://localhost:8080/files/${SESSION}/${VIDEO}`,
    `http://localhost:8080/files/${SESSION}/${VIDEO}+multipart~id`,
    `http://localhost:8080/files/${SESSION}%2F${VIDEO}%2Bmultipart`,
    `/files/${SESSION}%2f${VIDEO}`,
  ])('%s names its video', (address) => {
    expect(videoIdOfUploadAddress(address)).toBe(VIDEO);
  });

  it('of another shape names none', () => {
    expect(videoIdOfUploadAddress('http://localhost:8080/files/24e533e')).toBeNull();
  });
});

describe('the upload speed', () => {
  it('is unknown at first', () => {
    const meter = new SpeedMeter();
    meter.note(0, 0);
    meter.note(100, 1000);
    expect(meter.bytesPerSecond).toBeNull();
  });

  it('counts from where a resumed upload begins', () => {
    const meter = new SpeedMeter();
    meter.note(0, 5_000_000);
    meter.note(2000, 5_200_000);
    expect(meter.bytesPerSecond).toBe(100_000);
  });

  it('counts anew when a lost connection threw the upload back', () => {
    const meter = new SpeedMeter();
    meter.note(0, 8_000_000);
    meter.note(1000, 9_000_000);
    meter.note(2000, 5_000_000);
    meter.note(3000, 5_100_000);
    expect(meter.bytesPerSecond).toBe(100_000);
  });

  it('forgets what is long ago', () => {
    const meter = new SpeedMeter();
    meter.note(0, 0);
    meter.note(60_000, 0);
    meter.note(61_000, 300);
    expect(meter.bytesPerSecond).toBe(300);
  });
});

describe("the upload server's refusal", () => {
  it('keeps the sentence of its problem details', () => {
    const error = uploadErrorFromAnswer(409, '{"code":"session_ended","detail":"It is over."}');
    expect(error).toMatchObject({ code: 'session_ended', detail: 'It is over.' });
    expect(isWorthRetrying(error)).toBe(false);
  });

  it('in plain text is known by its status', () => {
    const error = uploadErrorFromAnswer(404, 'ERR_UPLOAD_NOT_FOUND: upload not found');
    expect(error.code).toBe('upload_gone');
    expect(isWorthRetrying(error)).toBe(false);
  });

  it.each([
    [409, 'ERR_MISMATCHED_OFFSET: mismatched offset'],
    [423, 'ERR_UPLOAD_LOCKED: file currently locked'],
    [503, ''],
  ])('of status %i without problem details is tried again', (status, body) => {
    expect(isWorthRetrying(uploadErrorFromAnswer(status, body))).toBe(true);
  });
});

describe("the host's list of videos", () => {
  it('shows a video and its upload as one row that keeps its key', () => {
    const upload = anUpload();
    const before = videoRows([], [upload]);
    const after = videoRows([aVideo({ status: 'uploading' })], [{ ...upload, videoId: VIDEO }]);
    expect(before).toHaveLength(1);
    expect(after).toHaveLength(1);
    expect(after[0]?.key).toBe(before[0]?.key);
  });

  it('tells the upload while bytes are on their way, then what the server says', () => {
    const upload = anUpload({ videoId: VIDEO });
    const [sending] = videoRows([aVideo({ status: 'uploading' })], [upload]);
    const [sent] = videoRows([aVideo({ status: 'transcoding' })], [upload]);
    const [fromElsewhere] = videoRows([aVideo({ status: 'uploading' })], []);
    expect(sending && isShownAsUpload(sending)).toBe(true);
    expect(sent && isShownAsUpload(sent)).toBe(false);
    expect(fromElsewhere && isShownAsUpload(fromElsewhere)).toBe(false);
  });

  it('shows an upload that the server refused to name', () => {
    const rows = videoRows([aVideo()], [anUpload({ id: 'other', state: 'refused' })]);
    expect(rows.map(({ key }) => key)).toEqual([VIDEO, 'other']);
  });
});
