/** Sends waiting submissions, each once, even with several tabs open. */
import { ApiError } from "@/api/problem";
import type { Job } from "@/api/types";
import { outbox, type Submittable, type WaitingSubmission } from "./store";

interface Sending {
  readonly userId: string;
  readonly post: (submission: Submittable, key: string) => Promise<Job>;
  readonly onSent: (job: Job) => void;
}

/**
 * Send what a user has waiting, in order; returns false when something has to be sent later.
 *
 * A submission that the server rejects stays, with the reason, until the user discards it.
 */
export function sendWaiting(sending: Sending): Promise<boolean> {
  return alone(async () => {
    for (const { key } of waitingOf(outbox.current(), sending.userId)) {
      const entry = await outbox.read(key);
      if (entry === undefined || entry.rejection !== null) continue;
      if (!(await send(entry, sending))) return false;
    }
    return true;
  });
}

/** Return what a user has waiting to be sent. */
export const waitingOf = (
  entries: readonly WaitingSubmission[],
  userId: string,
): readonly WaitingSubmission[] =>
  entries.filter((entry) => entry.userId === userId && entry.rejection === null);

async function send(entry: WaitingSubmission, { post, onSent }: Sending): Promise<boolean> {
  try {
    const job = await post(entry, entry.key);
    await outbox.remove(entry.key);
    onSent(job);
    return true;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (isTemporary(error)) return false;
    await outbox.put({ ...entry, rejection: { message: error.message, fields: error.fields } });
    return true;
  }
}

/** Return whether the same request may succeed later. */
const isTemporary = (error: ApiError): boolean =>
  error.isUnreachable ||
  error.status >= 500 ||
  error.status === 401 ||
  error.status === 429 ||
  error.retryAfterSeconds !== null;

let last: Promise<unknown> = Promise.resolve();

/** Run a function while no other tab runs one; without Web Locks, as over plain HTTP, no other in this tab. */
function alone<T>(run: () => Promise<T>): Promise<T> {
  const { locks } = navigator as { readonly locks?: LockManager };
  if (locks !== undefined) return locks.request("genonaut-outbox", run) as Promise<T>;
  const next = last.then(run, run);
  last = next.catch(() => undefined);
  return next;
}
