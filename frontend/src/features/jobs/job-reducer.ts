/** Applies frames to known jobs; pure functions. */
import type { Job, JobStatus } from "@/api/types";
import { imageById } from "@/features/content";
import type { JobFrame } from "./frames";

const TERMINAL: ReadonlySet<JobStatus> = new Set(["completed", "failed", "cancelled"]);

const NO_PROGRESS = { progress: null, node: null, step: null, steps: null } as const;

export const isTerminal = (status: JobStatus): boolean => TERMINAL.has(status);
export const isWaiting = (status: JobStatus): boolean => status === "pending" || status === "queued";

/** Return whether the job has an image that was not deleted. */
export const hasImage = ({ picture }: Pick<Job, "picture">): boolean => picture !== null;

export type Version = Pick<Job, "attempt" | "seq">;

/** What a frame can change; both a job of a list and a job of a batch have it. */
export type JobState = Version &
  Pick<
    Job,
    | "status"
    | "progress"
    | "node"
    | "step"
    | "steps"
    | "queue_position"
    | "waiting_reason"
    | "content_id"
    | "content_ids"
    | "picture"
    | "error_code"
    | "error_message"
    | "started_at"
    | "completed_at"
    | "updated_at"
  >;

/** Compare versions; negative when `left` is older than `right`. */
export function compareVersions(left: Version, right: Version): number {
  return left.attempt - right.attempt || left.seq - right.seq;
}

/**
 * Return whether a frame is newer than the known job.
 *
 * Progress frames repeat the `seq` of their state; those of a terminal job are ignored.
 */
export function isNewer(known: Version & Pick<Job, "status">, frame: JobFrame): boolean {
  const order = compareVersions(frame, known);
  if (frame.status === "processing") return order >= 0 && !isTerminal(known.status);
  return order > 0;
}

type Size = Pick<Job, "width" | "height">;

/** Return the job of this size after the frame, or the same object when the frame is old. */
export function applyFrame<T extends JobState>(job: T, frame: JobFrame, size: Size): T {
  return isNewer(job, frame) ? { ...job, ...changesOf(job, frame, size) } : job;
}

function changesOf(job: JobState, frame: JobFrame, { width, height }: Size): Partial<JobState> {
  const changed = {
    status: frame.job_status,
    attempt: frame.attempt,
    seq: frame.seq,
    updated_at: frame.timestamp,
  };
  switch (frame.status) {
    case "processing":
      return {
        ...changed,
        ...runOf(job, frame),
        // The frame of the start was missed.
        queue_position: null,
        started_at: job.started_at ?? frame.timestamp,
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
        content_ids: frame.content_ids ?? (frame.content_id ? [frame.content_id] : job.content_ids),
        // The API returns null for a deleted image; a frame never says so.
        picture: frame.content_id ? imageById(frame.content_id, width, height) : job.picture,
        error_message: frame.error ?? job.error_message,
        error_code: frame.error_code ?? job.error_code,
      };
  }
}

/** Return the progress of a run, or why it has not begun at its server. */
function runOf(job: JobState, frame: JobFrame): Partial<JobState> {
  if (frame.waiting_reason !== undefined) return { ...NO_PROGRESS, waiting_reason: frame.waiting_reason };
  return {
    progress: frame.progress ?? job.progress,
    node: frame.node ?? job.node,
    step: frame.step ?? null,
    steps: frame.steps ?? null,
    waiting_reason: null,
  };
}
