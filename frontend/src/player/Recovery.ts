/** What went wrong in playback, in the few respects that decide what to do. */
export interface Trouble {
  readonly kind: 'network' | 'media' | 'other';
  /** Whether the player stopped because of it. */
  readonly fatal: boolean;
  /** The HTTP status of the answer; 0 when there was none. */
  readonly status: number;
}

/** renew: get new stream cookies, then load on; reload: load on; recover-media: rebuild the decoders. */
export type Remedy =
  | { readonly action: 'none' | 'recover-media' | 'give-up' }
  | { readonly action: 'renew' | 'reload'; readonly afterMs: number };

const LONGEST_WAIT_MS = 5_000;
const MEDIA_RECOVERIES_IN_A_ROW = 3;
const MEDIA_CALM_AFTER_MS = 30_000;

/** Decides how to go on after trouble: patiently on the network, a few times with the decoder. */
export class Recovery {
  readonly #now: () => number;
  #networkFailures = 0;
  #mediaRecoveries = 0;
  #lastMediaRecovery = Number.NEGATIVE_INFINITY;

  /** `now` gives milliseconds of a steady clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  remedyFor({ kind, fatal, status }: Trouble): Remedy {
    if (!fatal) return { action: 'none' };
    if (kind === 'network') return this.#networkRemedy(status);
    if (kind === 'media') return this.#mediaRemedy();
    return { action: 'give-up' };
  }

  /** To be called when something was loaded: the network is back. */
  loaded(): void {
    this.#networkFailures = 0;
  }

  #networkRemedy(status: number): Remedy {
    const afterMs =
      this.#networkFailures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (this.#networkFailures - 1));
    this.#networkFailures += 1;
    // A refusal means old cookies or an ended session; the stream call cures the one and tells the other.
    return { action: status >= 400 && status < 500 ? 'renew' : 'reload', afterMs };
  }

  #mediaRemedy(): Remedy {
    const now = this.#now();
    if (now - this.#lastMediaRecovery > MEDIA_CALM_AFTER_MS) this.#mediaRecoveries = 0;
    if (this.#mediaRecoveries >= MEDIA_RECOVERIES_IN_A_ROW) return { action: 'give-up' };
    this.#mediaRecoveries += 1;
    this.#lastMediaRecovery = now;
    return { action: 'recover-media' };
  }
}
