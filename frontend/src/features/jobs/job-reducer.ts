/** Applies frames and snapshots to the known jobs; pure functions. */
import type { Job, JobStatus } from "@/api/types";
import { imageById } from "@/features/content";
import { groupBy } from "@/lib/group-by";
import type { JobFrame } from "./frames";

const TERMINAL: ReadonlySet<JobStatus> = new Set(["completed", "failed", "cancelled"]);

/** How many finished jobs the feed keeps. */
const FEED_FINISHED_LIMIT = 60;

const NO_PROGRESS = { progress: null, node: null, step: null, steps: null } as const;

export const isTerminal = (status: JobStatus): boolean => TERMINAL.has(status);
export const isWaiting = (status: JobStatus): boolean => status === "pending" || status === "queued";

/** Return whether the job has an image that was not deleted. */
export const hasImage = ({ picture }: Job): boolean => picture !== null;

interface Version {
  readonly attempt: number;
  readonly seq: number;
}

/** Compare versions; negative when `left` is older than `right`. */
export function compareVersions(left: Version, right: Version): number {
  return left.attempt - right.attempt || left.seq - right.seq;
}

/**
 * Return whether a frame is newer than the known job.
 *
 * Progress frames repeat the `seq` of their state; those of a terminal job are ignored.
 */
export function isNewer(known: Job, frame: JobFrame): boolean {
  const order = compareVersions(frame, known);
  if (frame.status === "processing") return order >= 0 && !isTerminal(known.status);
  return order > 0;
}

/** Return the job after the frame, or the same object when the frame is old. */
export function applyFrame(job: Job, frame: JobFrame): Job {
  if (!isNewer(job, frame)) return job;
  const changed: Job = {
    ...job,
    status: frame.job_status,
    attempt: frame.attempt,
    seq: frame.seq,
    updated_at: frame.timestamp,
  };
  switch (frame.status) {
    case "processing":
      return {
        ...changed,
        progress: frame.progress ?? job.progress,
        node: frame.node ?? job.node,
        step: frame.step ?? null,
        steps: frame.steps ?? null,
      };
    case "started":
      return {
        ...changed,
        started_at: frame.timestamp,
        queue_position: null,
        waiting_reason: null,
        ...NO_PROGRESS,
      };
    case "queued":
      return { ...changed, started_at: null, ...NO_PROGRESS };
    default:
      return {
        ...changed,
        ...NO_PROGRESS,
        queue_position: null,
        completed_at: frame.timestamp,
        content_id: frame.content_id ?? job.content_id,
        // The API returns no picture for a deleted image; a frame never has one.
        picture: frame.content_id ? imageById(frame.content_id, job.width, job.height) : job.picture,
        error_message: frame.error ?? job.error_message,
      };
  }
}

/** Merge two lists, newest job first; of a job in both lists the newer version is kept. */
export function mergeJobs(known: readonly Job[], arrived: readonly Job[]): Job[] {
  const byId = new Map(known.map((job) => [job.id, job]));
  for (const job of arrived) {
    const before = byId.get(job.id);
    // The same version may have a newer queue position.
    if (before === undefined || compareVersions(job, before) >= 0) byId.set(job.id, job);
  }
  const sorted = [...byId.values()].sort((left, right) => right.id - left.id);
  let finished = 0;
  return sorted.filter((job) => !isTerminal(job.status) || ++finished <= FEED_FINISHED_LIMIT);
}

/** Group jobs by submission: newest submission first, the jobs of each in the order of their seeds. */
export function groupByBatch(
  jobs: readonly Job[],
): { readonly batchId: string; readonly jobs: readonly Job[] }[] {
  const groups = groupBy(jobs, (job) => job.batch_id);
  return [...groups].map(([batchId, members]) => ({
    batchId,
    jobs: members.toSorted((a, b) => a.id - b.id),
  }));
}
