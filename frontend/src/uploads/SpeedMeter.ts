const WINDOW_MS = 6000;

interface Sample {
  readonly at: number;
  readonly sent: number;
}

/** Upload speed over the last few seconds, so that it neither flickers nor remembers a pause. */
export class SpeedMeter {
  #samples: Sample[] = [];

  /** Notes that `sent` bytes in all were sent at the time `at` (milliseconds of any steady clock). */
  note(at: number, sent: number): void {
    // A new try begins where the server stopped: what was sent beyond that is void.
    const recent = this.#samples.filter((sample) => at - sample.at <= WINDOW_MS && sample.sent <= sent);
    this.#samples = [...recent, { at, sent }];
  }

  /** Bytes per second, or null while too little is known. */
  get bytesPerSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at - first.at < 500) return null;
    return ((last.sent - first.sent) / (last.at - first.at)) * 1000;
  }
}
