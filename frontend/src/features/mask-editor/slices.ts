/** Long work in slices of a few milliseconds, so that the page answers in between. */

const SLICE_MS = 6;

/** Work that may be interrupted where it yields. */
export type Work = Generator<void, void>;

interface Entry {
  readonly work: Work;
  readonly done: () => void;
}

export class Slices {
  private readonly entries: Entry[] = [];
  private isScheduled = false;
  private readonly isFull: () => boolean;
  private readonly onSlice: () => void;

  /** `onSlice` is called at the end of each slice, which ends early when `isFull`. */
  constructor(isFull: () => boolean, onSlice: () => void) {
    this.isFull = isFull;
    this.onSlice = onSlice;
  }

  /**
   * Do work after all that was added before. It begins at once if nothing else is left. The result is
   * resolved when it is done.
   */
  add(work: Work): Promise<void> {
    return new Promise((resolve) => {
      this.entries.push({ work, done: resolve });
      if (!this.isScheduled) this.run();
    });
  }

  private run(): void {
    const end = performance.now() + SLICE_MS;
    const finished: Entry[] = [];
    do {
      const [entry] = this.entries;
      if (entry === undefined) break;
      if (entry.work.next().done === true) finished.push(...this.entries.splice(0, 1));
    } while (performance.now() < end && !this.isFull());
    this.onSlice();
    for (const { done } of finished) done();
    this.isScheduled = this.entries.length > 0;
    if (this.isScheduled) setTimeout(() => this.run());
  }
}
