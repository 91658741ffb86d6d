import type { UploadOptions } from 'tus-js-client';
import { DetailedError } from 'tus-js-client';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUnderWay, PATIENCE, UploadQueue, type UploadView } from './UploadQueue';

const VIDEO = '01937c5e-0000-7000-8000-000000000001';
const ADDRESS = `http://matinee.test/files/s1/${VIDEO}+part`;

/** Stands in for tus-js-client's upload: the test plays the server by calling its options. */
class FakeUpload {
  static made: FakeUpload[] = [];
  static remembered: { uploadUrl: string }[] = [];
  url: string | null = null;
  calls: string[] = [];

  readonly options: UploadOptions;

  constructor(_file: File, options: UploadOptions) {
    this.options = options;
    FakeUpload.made.push(this);
  }

  findPreviousUploads = async () => FakeUpload.remembered;
  resumeFromPreviousUpload = ({ uploadUrl }: { uploadUrl: string }) => this.calls.push(`resume ${uploadUrl}`);
  start = () => this.calls.push('start');
  abort = async (terminate?: boolean) => void this.calls.push(terminate ? 'terminate' : 'abort');

  isCreated() {
    this.url = ADDRESS;
    this.options.onUploadUrlAvailable?.();
  }

  fails(status: number, body: string) {
    const error = new DetailedError('tus: failed');
    error.originalResponse = {
      getStatus: () => status,
      getBody: () => body,
      getHeader: () => undefined,
      getUnderlyingObject: () => null,
    };
    if (!this.options.onShouldRetry?.(error, 0, this.options)) this.options.onError?.(error);
  }

  losesConnection({ forGood }: { forGood: boolean }) {
    const error = new DetailedError('tus: no response');
    error.originalResponse = null;
    const retries = this.options.onShouldRetry?.(error, 0, this.options);
    if (forGood || !retries) this.options.onError?.(error);
  }
}

vi.mock('tus-js-client', () => ({
  get Upload() {
    return FakeUpload;
  },
  DetailedError: class extends Error {
    originalResponse = null;
  },
}));

const fileNamed = (name: string) => new File(['0123456789'], name, { type: 'video/mp4', lastModified: 1 });

const settled = () => new Promise((resolve) => setTimeout(resolve));

async function queueWith(...names: string[]) {
  const queue = new UploadQueue('http://matinee.test/files/');
  queue.add('s1', names.map(fileNamed));
  await settled();
  return queue;
}

const views = (queue: UploadQueue) => queue.getSnapshot();

function only(queue: UploadQueue): UploadView {
  const [view, ...others] = views(queue);
  if (view === undefined || others.length > 0) throw new Error(`${views(queue).length} uploads`);
  return view;
}

function upload(n: number): FakeUpload {
  const made = FakeUpload.made[n];
  if (made === undefined) throw new Error(`upload ${n} was not begun`);
  return made;
}

beforeEach(() => {
  FakeUpload.made = [];
  FakeUpload.remembered = [];
});

describe('the upload queue', () => {
  it('tells the server session, name and type', async () => {
    await queueWith('a.mp4');
    expect(upload(0).options.metadata).toEqual({ session: 's1', filename: 'a.mp4', filetype: 'video/mp4' });
  });

  it('sends no request that is larger than what CloudFront takes', async () => {
    await queueWith('a.mp4');
    expect(upload(0).options.chunkSize).toBeLessThan(50e9);
  });

  it('follows an upload from its first byte to its last', async () => {
    const queue = await queueWith('a.mp4');
    upload(0).isCreated();
    upload(0).options.onProgress?.(4, 10);
    expect(only(queue)).toMatchObject({ state: 'uploading', sent: 4, videoId: VIDEO });
    upload(0).options.onSuccess?.({ lastResponse: {} as never });
    expect(only(queue)).toMatchObject({ state: 'uploaded', sent: 10 });
    expect(views(queue).some(isUnderWay)).toBe(false);
  });

  it('runs three at once and starts the next when one is done', async () => {
    const queue = await queueWith('a', 'b', 'c', 'd');
    expect(views(queue).map(({ state }) => state)).toEqual([
      'uploading',
      'uploading',
      'uploading',
      'waiting',
    ]);
    upload(1).options.onSuccess?.({ lastResponse: {} as never });
    expect(views(queue)[3]?.state).toBe('uploading');
  });

  it('goes on with what an earlier page load began, and knows its video at once', async () => {
    FakeUpload.remembered = [{ uploadUrl: ADDRESS }];
    const queue = await queueWith('a.mp4');
    expect(upload(0).calls).toEqual([`resume ${ADDRESS}`, 'start']);
    expect(only(queue).videoId).toBe(VIDEO);
  });

  it('pauses, and gives its place to the next', async () => {
    const queue = await queueWith('a', 'b', 'c', 'd');
    queue.pause(views(queue)[0]?.id ?? '');
    expect(upload(0).calls).toContain('abort');
    expect(views(queue).map(({ state }) => state)).toEqual(['paused', 'uploading', 'uploading', 'uploading']);
  });

  it('does not start what was paused before it began', async () => {
    const queue = new UploadQueue('http://matinee.test/files/');
    queue.add('s1', [fileNamed('a.mp4')]);
    queue.pause(only(queue).id);
    await settled();
    expect(upload(0).calls).not.toContain('start');
  });

  it('takes up a paused upload when the same file is chosen again', async () => {
    const queue = await queueWith('a.mp4');
    queue.pause(only(queue).id);
    queue.add('s1', [fileNamed('a.mp4')]);
    await settled();
    expect(only(queue).state).toBe('uploading');
  });

  it('does not upload a file twice that is chosen twice', async () => {
    const queue = await queueWith('a.mp4', 'a.mp4');
    expect(only(queue).state).toBe('uploading');
    expect(FakeUpload.made).toHaveLength(1);
  });

  it('stops with the reason when the server refuses', async () => {
    const queue = await queueWith('a.mp4');
    upload(0).fails(409, '{"code":"session_ended","detail":"It is over."}');
    expect(only(queue)).toMatchObject({ state: 'refused', error: { code: 'session_ended' } });
    expect(views(queue).some(isUnderWay)).toBe(false);
  });

  it('goes on by itself when the connection is back', async () => {
    const queue = await queueWith('a.mp4');
    upload(0).losesConnection({ forGood: false });
    expect(only(queue).state).toBe('reconnecting');
    queue.reconnect();
    await settled();
    expect(only(queue).state).toBe('uploading');
    expect(upload(1).calls).toEqual(['start']);
  });

  it('breaks off what hangs when the machine goes offline, and asks again', async () => {
    const queue = await queueWith('a.mp4');
    upload(0).isCreated();
    await queue.doubtConnection();
    expect(only(queue).state).toBe('reconnecting');
    expect(upload(0).calls).toEqual(['start', 'abort', 'start']);
  });

  it('leaves a paused upload alone when the machine goes offline', async () => {
    const queue = await queueWith('a.mp4');
    queue.pause(only(queue).id);
    await queue.doubtConnection();
    expect(only(queue).state).toBe('paused');
    expect(upload(0).calls).toEqual(['start', 'abort']);
  });

  describe('with time passing', () => {
    beforeEach(() => void vi.useFakeTimers());
    afterEach(() => void vi.useRealTimers());

    async function sending(sent: number) {
      const queue = new UploadQueue('http://matinee.test/files/');
      queue.add('s1', [fileNamed('a.mp4')]);
      await vi.advanceTimersByTimeAsync(0);
      upload(0).options.onProgress?.(sent, 10);
      return queue;
    }

    it('breaks off a request in which nothing goes on any more, and asks again', async () => {
      const queue = await sending(4);
      await vi.advanceTimersByTimeAsync(PATIENCE - 1);
      upload(0).options.onProgress?.(5, 10);
      await vi.advanceTimersByTimeAsync(PATIENCE - 1);
      expect(upload(0).calls).toEqual(['start']);
      await vi.advanceTimersByTimeAsync(1);
      expect(upload(0).calls).toEqual(['start', 'abort', 'start']);
      expect(only(queue).state).toBe('reconnecting');
    });

    it('waits for the server once every byte is sent', async () => {
      await sending(10);
      await vi.advanceTimersByTimeAsync(10 * PATIENCE);
      expect(upload(0).calls).toEqual(['start']);
    });

    it('leaves a paused upload alone', async () => {
      const queue = await sending(4);
      queue.pause(only(queue).id);
      await vi.advanceTimersByTimeAsync(10 * PATIENCE);
      expect(upload(0).calls).toEqual(['start', 'abort']);
    });
  });

  it('can be resumed after it gave up on the connection', async () => {
    const queue = await queueWith('a.mp4');
    upload(0).losesConnection({ forGood: true });
    expect(only(queue)).toMatchObject({ state: 'interrupted', error: { code: 'offline' } });
    queue.resume(only(queue).id);
    await settled();
    expect(only(queue)).toMatchObject({ state: 'uploading', error: null });
  });

  it('has the server delete a cancelled upload, and forgets it', async () => {
    const queue = await queueWith('a.mp4');
    await queue.cancel(only(queue).id);
    expect(upload(0).calls).toContain('terminate');
    expect(views(queue)).toEqual([]);
  });

  it('ignores late news of an upload that was paused', async () => {
    const queue = await queueWith('a.mp4');
    queue.pause(only(queue).id);
    upload(0).options.onProgress?.(9, 10);
    upload(0).losesConnection({ forGood: true });
    expect(only(queue)).toMatchObject({ state: 'paused', sent: 0 });
  });
});
