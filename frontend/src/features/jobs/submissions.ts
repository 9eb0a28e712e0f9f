/** Submissions as the app shows them: their order, their progress, their outcome. */
import type { Batch, BatchJob, Job, JobStatus } from "@/api/types";
import { formatSeconds, secondsBetween } from "@/lib/format";
import { isTerminal, isWaiting } from "./job-reducer";
import { describeRun, type RunState } from "./run-labels";

/** What is shown of a job; the jobs of a batch share the prompt and the size. */
export type ShownJob = Omit<BatchJob, "seed"> &
  Pick<Job, "batch_id" | "job_type" | "prompt" | "width" | "height" | "workflow">;

export interface Submission {
  readonly batchId: string;
  /** In the order of their seeds; never empty. */
  readonly jobs: readonly [ShownJob, ...ShownJob[]];
}

const submissionOfBatch = new WeakMap<Batch, Submission>();
const shownJobs = new WeakMap<BatchJob, ShownJob>();

/** Return the submission of a batch; the same object for the same batch. */
export function submissionOf(batch: Batch): Submission {
  const known = submissionOfBatch.get(batch);
  if (known !== undefined) return known;
  const jobs = batch.jobs.map((job) => shownJobOf(job, batch));
  const made = { batchId: batch.id, jobs: jobs as unknown as Submission["jobs"] };
  submissionOfBatch.set(batch, made);
  return made;
}

/** Return the same object for the same job: what its batch adds never changes. */
function shownJobOf(job: BatchJob, batch: Batch): ShownJob {
  const known = shownJobs.get(job);
  if (known !== undefined) return known;
  const { id: batch_id, job_type, prompt, width, height, workflow } = batch;
  const made = { ...job, batch_id, job_type, prompt, width, height, workflow };
  shownJobs.set(job, made);
  return made;
}

/** Return what a job is called: its prompt, else its workflow. */
export const titleOf = ({ prompt, workflow }: Pick<ShownJob, "prompt" | "workflow">): string =>
  prompt || (workflow?.title ?? "Upscaled image");

/** Return the open submissions in the order of the queue: running, next up, later. */
export function openSubmissions(submissions: readonly Submission[]): readonly Submission[] {
  return submissions
    .filter(isOpen)
    .map((submission) => ({ submission, current: currentOf(submission) }))
    .toSorted((left, right) => byQueueOrder(left.current, right.current))
    .map(({ submission }) => submission);
}

export const isOpen = ({ jobs }: Submission): boolean => jobs.some((job) => !isTerminal(job.status));

/** Return the job that represents the submission: a running one, else the next to run, else the first. */
export function currentOf({ jobs }: Submission): ShownJob {
  const running = jobs.find((job) => job.status === "running");
  return running ?? nextOf(jobs) ?? jobs[0];
}

function nextOf(jobs: readonly ShownJob[]): ShownJob | undefined {
  const waiting = jobs.filter((job) => isWaiting(job.status));
  return waiting.toSorted((a, b) => positionOf(a) - positionOf(b) || a.id - b.id)[0];
}

const positionOf = (job: ShownJob): number => job.queue_position ?? Number.MAX_SAFE_INTEGER;

const countOf = (jobs: readonly ShownJob[], status: JobStatus): number =>
  jobs.filter((job) => job.status === status).length;

/**
 * Return the progress of an open submission in percent; null while a single job has none yet.
 *
 * Failed and cancelled jobs are not done, so that the bar says the same as the text.
 */
export function progressOf({ jobs }: Submission, runs: readonly RunState[]): number | null {
  const shares = jobs.map((job, index) =>
    job.status === "completed" ? 100 : job.status === "running" ? (runs[index]?.progress ?? null) : 0,
  );
  if (shares.length === 1) return shares[0] ?? null;
  return shares.reduce<number>((sum, share) => sum + (share ?? 0), 0) / shares.length;
}

/** Return the status text of an open submission. */
export function describeOpen(submission: Submission, runs: readonly RunState[]): string {
  const { jobs } = submission;
  const current = currentOf(submission);
  const run = runs[jobs.indexOf(current)] ?? current;
  const isUntouched = jobs.every((job) => isWaiting(job.status));
  if (jobs.length === 1 || isUntouched) return describeRun(current, run);
  return `${describeCounts(jobs)} · ${describeRest(jobs, current, run)}`;
}

function describeRest(jobs: readonly ShownJob[], current: ShownJob, run: RunState): string {
  const running = jobs.filter((job) => job.status === "running");
  if (running.length === 0) return describeRun(current, run);
  const stopping = running.filter((job) => job.cancel_requested_at !== null).length;
  const parts = [
    [running.length - stopping, "running"],
    [stopping, "stopping"],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(", ");
}

/** Return "3 of 8 done, 1 failed, 4 cancelled". */
function describeCounts(jobs: readonly ShownJob[]): string {
  const others = (["failed", "cancelled"] as const)
    .map((status) => [countOf(jobs, status), status] as const)
    .filter(([count]) => count > 0)
    .map(([count, status]) => `, ${count} ${status}`);
  return `${countOf(jobs, "completed")} of ${jobs.length} done${others.join("")}`;
}

/** Return the outcome of a finished submission as text. */
export function describeFinished({ jobs }: Submission): string {
  if (jobs.length > 1) return describeCounts(jobs);
  const [job] = jobs;
  if (job.status !== "completed") return job.status === "failed" ? "Failed" : "Cancelled";
  const seconds = secondsBetween(job.started_at, job.completed_at);
  return seconds === null ? "Done" : `Done in ${formatSeconds(seconds)}`;
}

/** Return the status of a submission as a whole; it is only completed when all of its jobs are. */
export function statusOf(submission: Submission): JobStatus {
  if (isOpen(submission)) return currentOf(submission).status;
  const { jobs } = submission;
  if (jobs.every((job) => job.status === "completed")) return "completed";
  return jobs.some((job) => job.status === "failed") ? "failed" : "cancelled";
}

/** Sort running submissions first, then by queue position. */
function byQueueOrder(a: ShownJob, b: ShownJob): number {
  const waitingLast = Number(isWaiting(a.status)) - Number(isWaiting(b.status));
  return waitingLast || positionOf(a) - positionOf(b) || a.id - b.id;
}
