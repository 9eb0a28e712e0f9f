/** Turns frames of `/ws/jobs` into changes of the query cache; nothing else does. */
import type { QueryClient } from "@tanstack/react-query";
import type { Job } from "@/api/types";
import type { Frame } from "@/lib/socket";
import { isJobFrame, isSnapshot, type JobFrame, type PreviewFrame } from "./frames";
import { applyFrame, compareVersions, isNewer, isTerminal, isWaiting, mergeJobs } from "./job-reducer";
import { jobKeys, type LiveRun } from "./queries";

/** Changes that come in bursts, such as the end of a batch, are read again once. */
const SETTLE_MS = 400;

export interface JobCacheWriter {
  readonly receive: (frame: Frame) => void;
  /** Read everything about jobs again: frames may have been missed. */
  readonly refetch: () => void;
  readonly dispose: () => void;
}

export type JobEnded = (job: Job) => void;

export function createJobCacheWriter(client: QueryClient, onEnded: JobEnded): JobCacheWriter {
  let settling: ReturnType<typeof setTimeout> | undefined;
  const refetch = () => {
    void client.invalidateQueries({
      queryKey: jobKeys.all,
      predicate: ({ queryKey }) => queryKey[1] !== "live",
    });
  };
  const refetchSoon = () => {
    clearTimeout(settling);
    settling = setTimeout(refetch, SETTLE_MS);
  };

  const receive = (frame: Frame) => {
    if (isSnapshot(frame)) {
      client.setQueryData<Job[]>(jobKeys.feed, (known) => mergeJobs(known ?? [], frame.jobs));
    } else if (isJobFrame(frame)) {
      applyJobFrame(frame);
    }
  };

  const applyJobFrame = (frame: JobFrame) => {
    const feed = client.getQueryData<Job[]>(jobKeys.feed);
    const known = feed?.find((job) => job.id === frame.job_id);
    if (known === undefined) return refetchSoon();
    if (!isNewer(known, frame)) return;
    if (frame.status === "processing" && compareVersions(frame, known) === 0 && known.status === "running") {
      return applyProgress(client, frame);
    }
    const job = applyFrame(known, frame);
    store(client, job, frame);
    if (isTerminal(job.status)) onEnded(job);
    // Places in the line have moved, and lists and counts have changed.
    if (isTerminal(job.status) || feed?.some((other) => isWaiting(other.status))) refetchSoon();
  };

  return { receive, refetch, dispose: () => clearTimeout(settling) };
}

function store(client: QueryClient, job: Job, frame: JobFrame): void {
  client.setQueryData<Job[]>(jobKeys.feed, (known) => mergeJobs(known ?? [], [job]));
  client.setQueryData<Job>(jobKeys.detail(job.id), (shown) => shown && applyFrame(shown, frame));
  if (frame.status === "processing") applyProgress(client, frame);
  else client.removeQueries({ queryKey: jobKeys.live(job.id) });
}

function applyProgress(client: QueryClient, frame: JobFrame): void {
  client.setQueryData<LiveRun>(jobKeys.live(frame.job_id), (before) => {
    const isSameRun = before?.attempt === frame.attempt;
    return {
      attempt: frame.attempt,
      // Never falls within an attempt, whatever arrives out of order.
      progress: Math.max(frame.progress ?? 0, isSameRun ? (before.progress ?? 0) : 0),
      node: frame.node ?? (isSameRun ? before.node : null),
      step: frame.step ?? null,
      steps: frame.steps ?? null,
      preview: isSameRun ? before.preview : null,
    };
  });
}

/** Keep the newest preview of a job that still runs. */
export function applyPreview(client: QueryClient, { job_id, mime, data }: PreviewFrame): void {
  const running = client.getQueryData<Job[]>(jobKeys.feed)?.find((job) => job.id === job_id);
  if (running?.status !== "running") return;
  client.setQueryData<LiveRun>(jobKeys.live(job_id), (before) => ({
    attempt: running.attempt,
    progress: before?.progress ?? null,
    node: before?.node ?? null,
    step: before?.step ?? null,
    steps: before?.steps ?? null,
    preview: `data:${mime};base64,${data}`,
  }));
}
