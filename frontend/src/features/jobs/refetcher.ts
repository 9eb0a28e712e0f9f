/** Refetches after changes: not once per change, and not only when changes stop. */

/** So that a burst of changes, such as a submission of many jobs, causes one request. */
const DELAY_MS = 400;
/** The longest delay while changes keep coming. */
const MAX_DELAY_MS = 2_000;

export interface Refetcher {
  /** Refetch soon: 0.4 s after the last request for it, at most 2 s after the first. */
  readonly request: () => void;
  /** Refetch now. */
  readonly run: () => Promise<void>;
  readonly dispose: () => void;
}

/** Requests do not overlap: those that come during a refetch cause another one after it. */
export function createRefetcher(refetch: () => Promise<unknown>): Refetcher {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let deadline: number | null = null;
  let isRunning = false;
  let isDisposed = false;

  const schedule = () => {
    if (isRunning || isDisposed || deadline === null) return;
    clearTimeout(timer);
    const remaining = Math.max(0, deadline - Date.now());
    timer = setTimeout(() => void run(), Math.min(DELAY_MS, remaining));
  };
  const run = async () => {
    clearTimeout(timer);
    deadline = null;
    isRunning = true;
    try {
      await refetch();
    } finally {
      isRunning = false;
      schedule();
    }
  };
  return {
    request: () => {
      deadline ??= Date.now() + MAX_DELAY_MS;
      schedule();
    },
    run,
    dispose: () => {
      isDisposed = true;
      clearTimeout(timer);
    },
  };
}
