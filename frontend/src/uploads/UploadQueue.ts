import { Upload } from 'tus-js-client';
import type { ApiError } from '../api/ApiError';
import { fingerprintOf } from './fingerprint';
import { SpeedMeter } from './SpeedMeter';
import { videoIdOfUploadAddress } from './uploadAddress';
import { isWorthRetrying, uploadErrorFrom } from './uploadErrors';

/**
 * waiting: for a free place; reconnecting: tries again by itself; interrupted: gave up trying, can be resumed;
 * refused: cannot go on; uploaded: the server has every byte.
 */
export type UploadState =
  | 'waiting'
  | 'uploading'
  | 'reconnecting'
  | 'paused'
  | 'interrupted'
  | 'cancelling'
  | 'refused'
  | 'uploaded';

/** What the page shows of one upload. A new object whenever something changed. */
export interface UploadView {
  readonly id: string;
  readonly sessionId: string;
  readonly filename: string;
  readonly size: number;
  /** Bytes sent so far. */
  readonly sent: number;
  readonly bytesPerSecond: number | null;
  readonly state: UploadState;
  readonly error: ApiError | null;
  /** Known once the server has named the upload. */
  readonly videoId: string | null;
}

/** Whether leaving the page now would interrupt this upload. */
export const isUnderWay = ({ state }: UploadView): boolean =>
  state === 'waiting' || state === 'uploading' || state === 'reconnecting';

interface Entry {
  view: UploadView;
  readonly file: File;
  tus: Upload | null;
  /** Runs out where nothing happens any more. */
  patience?: ReturnType<typeof setTimeout>;
}

const AT_ONCE = 3;
// CloudFront takes at most 50 GB in one request; larger files go in several.
const MOST_BYTES_IN_A_REQUEST = 16 * 1024 ** 3;
const SECOND = 1000;
/** A request without any progress for so long is broken off: its connection is dead, though nobody has said so. */
export const PATIENCE = 30 * SECOND;
// About ten minutes of an unreachable server before the user is asked.
const RETRY_DELAYS = [0, 1, 2, 5, 10, ...Array<number>(30).fill(20)].map((seconds) => seconds * SECOND);

const isRunning = ({ view }: Entry) => view.state === 'uploading' || view.state === 'reconnecting';
const isStopped = ({ view }: Entry) =>
  view.state === 'paused' || view.state === 'interrupted' || view.state === 'refused';

/**
 * The uploads of this page load, a few at a time, resumable. It lives outside the component tree, so that uploads
 * go on while the user looks at another page of the app.
 */
export class UploadQueue {
  readonly #endpoint: string;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<() => void>();
  #snapshot: readonly UploadView[] = [];

  /** `endpoint` is the absolute address of the tus server. */
  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): readonly UploadView[] => this.#snapshot;

  /** Queues files for a session. A file that is here already and stopped is taken up again instead. */
  add(sessionId: string, files: Iterable<File>): void {
    for (const file of files) {
      const id = fingerprintOf(sessionId, file);
      const known = this.#entries.get(id);
      if (known !== undefined && known.view.state !== 'uploaded') {
        this.resume(id);
        continue;
      }
      const view: UploadView = {
        id,
        sessionId,
        filename: file.name,
        size: file.size,
        sent: 0,
        bytesPerSecond: null,
        state: 'waiting',
        error: null,
        videoId: null,
      };
      this.#entries.set(id, { view, file, tus: null });
    }
    this.#startWaiting();
    this.#publish();
  }

  pause(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !isUnderWay(entry.view)) return;
    void entry.tus?.abort();
    this.#change(entry, { state: 'paused', bytesPerSecond: null });
    this.#startWaiting();
  }

  resume(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined || !isStopped(entry)) return;
    this.#change(entry, { state: 'waiting', error: null });
    this.#startWaiting();
  }

  /** Stops an upload, has the server delete what it got, and forgets it. Resolves also when the server is away. */
  async cancel(id: string): Promise<void> {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#change(entry, { state: 'cancelling', bytesPerSecond: null });
    try {
      await entry.tus?.abort(true);
    } catch {
      // What stays behind is an abandoned upload like any other: the server removes it after a while.
    } finally {
      this.dismiss(id);
    }
  }

  /** Takes an upload off the list. */
  dismiss(id: string): void {
    this.#entries.delete(id);
    this.#startWaiting();
    this.#publish();
  }

  /** Takes up everything that stopped for want of a connection. */
  reconnect(): void {
    for (const entry of this.#entries.values()) {
      if (entry.view.state !== 'reconnecting' && entry.view.state !== 'interrupted') continue;
      void entry.tus?.abort();
      this.#change(entry, { state: 'waiting', error: null });
    }
    this.#startWaiting();
  }

  /**
   * The machine says that its line is gone; a request that is under way would hang without a word. Each is broken off
   * and asks the server again, which fails at once and is tried again, or goes on where the server is near after all.
   */
  async doubtConnection(): Promise<void> {
    const doubtful = [...this.#entries.values()].filter(({ view }) => view.state === 'uploading');
    await Promise.all(doubtful.map((entry) => this.#askAgain(entry)));
  }

  async #askAgain(entry: Entry): Promise<void> {
    const { tus } = entry;
    if (tus === null) return;
    this.#change(entry, { state: 'reconnecting', bytesPerSecond: null });
    await tus.abort();
    if (entry.tus === tus && isRunning(entry)) tus.start();
  }

  #startWaiting(): void {
    const entries = [...this.#entries.values()];
    const free = AT_ONCE - entries.filter(isRunning).length;
    for (const entry of entries.filter(({ view }) => view.state === 'waiting').slice(0, Math.max(0, free))) {
      void this.#start(entry);
    }
  }

  async #start(entry: Entry): Promise<void> {
    const tus = this.#newUpload(entry);
    entry.tus = tus;
    this.#change(entry, { state: 'uploading' });
    // Where the browser keeps its storage from the page, nothing is remembered.
    const [previous] = await tus.findPreviousUploads().catch(() => []);
    if (entry.tus !== tus || !isRunning(entry)) return; // paused or cancelled meanwhile
    if (previous !== undefined) {
      tus.resumeFromPreviousUpload(previous);
      this.#change(entry, { videoId: videoIdOfUploadAddress(previous.uploadUrl ?? '') });
    }
    tus.start();
  }

  #newUpload(entry: Entry): Upload {
    const { file, view } = entry;
    const speed = new SpeedMeter();
    const ifCurrent = (change: () => Partial<UploadView>) => {
      if (entry.tus === tus && isRunning(entry)) this.#change(entry, change());
    };
    const tus: Upload = new Upload(file, {
      endpoint: this.#endpoint,
      metadata: {
        session: view.sessionId,
        filename: file.name,
        ...(file.type === '' ? {} : { filetype: file.type }),
      },
      fingerprint: () => Promise.resolve(view.id),
      storeFingerprintForResuming: true,
      removeFingerprintOnSuccess: true,
      chunkSize: MOST_BYTES_IN_A_REQUEST,
      retryDelays: RETRY_DELAYS,
      onShouldRetry: (failure) => {
        const error = uploadErrorFrom(failure);
        if (!isWorthRetrying(error)) return false;
        ifCurrent(() => ({ state: 'reconnecting', bytesPerSecond: null }));
        return true;
      },
      onUploadUrlAvailable: () =>
        ifCurrent(() => ({ videoId: tus.url === null ? null : videoIdOfUploadAddress(tus.url) })),
      onProgress: (sent) => {
        speed.note(performance.now(), sent);
        ifCurrent(() => ({ state: 'uploading', sent, bytesPerSecond: speed.bytesPerSecond }));
      },
      onSuccess: () => {
        ifCurrent(() => ({ state: 'uploaded', sent: file.size, bytesPerSecond: null }));
        this.#startWaiting();
      },
      onError: (failure) => {
        const error = uploadErrorFrom(failure);
        ifCurrent(() => ({
          state: isWorthRetrying(error) ? 'interrupted' : 'refused',
          error,
          bytesPerSecond: null,
        }));
        this.#startWaiting();
      },
    });
    return tus;
  }

  #change(entry: Entry, change: Partial<UploadView>): void {
    entry.view = { ...entry.view, ...change };
    clearTimeout(entry.patience);
    // When every byte is sent the server puts the file together, which takes as long as it takes.
    if (isRunning(entry) && entry.view.sent < entry.view.size) {
      entry.patience = setTimeout(() => void this.#askAgain(entry), PATIENCE);
    }
    this.#publish();
  }

  #publish(): void {
    this.#snapshot = [...this.#entries.values()].map(({ view }) => view);
    for (const listener of this.#listeners) listener();
  }
}
