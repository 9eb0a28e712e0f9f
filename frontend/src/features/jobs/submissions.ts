/** The jobs of the feed as people made them: one submission, one or many pictures. */
import type { Job } from "@/api/types";
import { formatSeconds, secondsBetween } from "@/lib/format";
import { groupByBatch, isTerminal, isWaiting } from "./job-reducer";
import { describeRun, type RunState } from "./run-labels";

export interface Submission {
  readonly batchId: string;
  /** In the order of their seeds; never empty. */
  readonly jobs: readonly [Job, ...Job[]];
}

/** What is under way, in the order of its turn. */
export function openSubmissions(jobs: readonly Job[]): readonly Submission[] {
  return submissionsIn(jobs).filter(isOpen).toSorted(byQueueOrder);
}

/**
 * What is under way or ended lately, the newest first, but before it that whose turn it is.
 *
 * When that has ended it takes the place in the line of the one whose turn comes: nothing else moves.
 */
export function visibleSubmissions(jobs: readonly Job[], endedLimit: number): readonly Submission[] {
  const [first] = openSubmissions(jobs);
  let ended = 0;
  const others = submissionsIn(jobs).filter(
    (one) => one.batchId !== first?.batchId && (isOpen(one) || ++ended <= endedLimit),
  );
  return first === undefined ? others : [first, ...others];
}

const submissionsIn = (jobs: readonly Job[]): readonly Submission[] =>
  groupByBatch(jobs).filter((one): one is Submission => one.jobs.length > 0);

export const isOpen = ({ jobs }: Submission): boolean => jobs.some((job) => !isTerminal(job.status));

/** The job that says best how the submission fares: one that runs, else the next to run, else the first. */
export function currentOf({ jobs }: Submission): Job {
  const running = jobs.find((job) => job.status === "running");
  return running ?? jobs.find((job) => isWaiting(job.status)) ?? jobs[0];
}

/** How much of an open submission is done, in percent; null while a single one is only beginning. */
export function progressOf({ jobs }: Submission, runs: readonly RunState[]): number | null {
  const shares = jobs.map((job, index) =>
    isTerminal(job.status) ? 100 : job.status === "running" ? (runs[index]?.progress ?? null) : 0,
  );
  if (shares.length === 1) return shares[0] ?? null;
  return shares.reduce<number>((sum, share) => sum + (share ?? 0), 0) / shares.length;
}

/** Where an open submission is, in words. */
export function describeOpen(submission: Submission, runs: readonly RunState[]): string {
  const { jobs } = submission;
  const current = currentOf(submission);
  const run = runs[jobs.indexOf(current)] ?? current;
  const ended = jobs.filter((job) => isTerminal(job.status)).length;
  if (jobs.length === 1 || (ended === 0 && isWaiting(current.status))) return describeRun(current, run);
  const running = jobs.filter((job) => job.status === "running").length;
  const rest = running > 0 ? `${running} running` : describeRun(current, run);
  return `${ended} of ${jobs.length} done · ${rest}`;
}

/** What came of an ended submission, in words. */
export function describeEnded({ jobs }: Submission): string {
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

/** Running first, then by place in the line. */
function byQueueOrder(left: Submission, right: Submission): number {
  const [a, b] = [currentOf(left), currentOf(right)];
  const waits = Number(isWaiting(a.status)) - Number(isWaiting(b.status));
  return waits || (a.queue_position ?? 0) - (b.queue_position ?? 0) || a.id - b.id;
}
