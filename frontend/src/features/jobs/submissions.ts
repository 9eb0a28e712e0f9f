/** The jobs of the feed grouped by submission. */
import type { Job } from "@/api/types";
import { formatSeconds, secondsBetween } from "@/lib/format";
import { groupByBatch, isTerminal, isWaiting } from "./job-reducer";
import { describeRun, type RunState } from "./run-labels";

export interface Submission {
  readonly batchId: string;
  /** In the order of their seeds; never empty. */
  readonly jobs: readonly [Job, ...Job[]];
}

/** Return the open submissions in the order of the queue. */
export function openSubmissions(jobs: readonly Job[]): readonly Submission[] {
  return submissionsIn(jobs).filter(isOpen).toSorted(byQueueOrder);
}

/**
 * Return open and recently finished submissions: first the one that is next in the queue, then the
 * others, newest first.
 *
 * When the first one finishes, it swaps places with the next one; no other submission moves.
 */
export function visibleSubmissions(jobs: readonly Job[], finishedLimit: number): readonly Submission[] {
  const [first] = openSubmissions(jobs);
  let finished = 0;
  const others = submissionsIn(jobs).filter(
    (one) => one.batchId !== first?.batchId && (isOpen(one) || ++finished <= finishedLimit),
  );
  return first === undefined ? others : [first, ...others];
}

const submissionsIn = (jobs: readonly Job[]): readonly Submission[] =>
  groupByBatch(jobs).filter((one): one is Submission => one.jobs.length > 0);

export const isOpen = ({ jobs }: Submission): boolean => jobs.some((job) => !isTerminal(job.status));

/** Return the job that represents the submission: a running one, else the next to run, else the first. */
export function currentOf({ jobs }: Submission): Job {
  const running = jobs.find((job) => job.status === "running");
  return running ?? jobs.find((job) => isWaiting(job.status)) ?? jobs[0];
}

/** Return the progress of an open submission in percent; null while a single job has none yet. */
export function progressOf({ jobs }: Submission, runs: readonly RunState[]): number | null {
  const shares = jobs.map((job, index) =>
    isTerminal(job.status) ? 100 : job.status === "running" ? (runs[index]?.progress ?? null) : 0,
  );
  if (shares.length === 1) return shares[0] ?? null;
  return shares.reduce<number>((sum, share) => sum + (share ?? 0), 0) / shares.length;
}

/** Return the status text of an open submission. */
export function describeOpen(submission: Submission, runs: readonly RunState[]): string {
  const { jobs } = submission;
  const current = currentOf(submission);
  const run = runs[jobs.indexOf(current)] ?? current;
  const finished = jobs.filter((job) => isTerminal(job.status)).length;
  if (jobs.length === 1 || (finished === 0 && isWaiting(current.status))) return describeRun(current, run);
  const running = jobs.filter((job) => job.status === "running").length;
  const rest = running > 0 ? `${running} running` : describeRun(current, run);
  return `${finished} of ${jobs.length} done · ${rest}`;
}

/** Return the outcome of a finished submission as text. */
export function describeFinished({ jobs }: Submission): string {
  const of = (status: Job["status"]) => jobs.filter((job) => job.status === status).length;
  if (jobs.length > 1) {
    const counts = [
      [of("failed"), "failed"],
      [of("cancelled"), "cancelled"],
    ] as const;
    const others = counts.filter(([count]) => count > 0).map(([count, word]) => `, ${count} ${word}`);
    return `${of("completed")} of ${jobs.length} done${others.join("")}`;
  }
  const [job] = jobs;
  if (job.status !== "completed") return job.status === "failed" ? "Failed" : "Cancelled";
  const seconds = secondsBetween(job.started_at, job.completed_at);
  return seconds === null ? "Done" : `Done in ${formatSeconds(seconds)}`;
}

/** Sort running submissions first, then by queue position. */
function byQueueOrder(left: Submission, right: Submission): number {
  const [a, b] = [currentOf(left), currentOf(right)];
  const waitingLast = Number(isWaiting(a.status)) - Number(isWaiting(b.status));
  return waitingLast || (a.queue_position ?? 0) - (b.queue_position ?? 0) || a.id - b.id;
}
