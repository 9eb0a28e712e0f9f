/** Applies frames of `/ws/jobs` to the query cache; the only code that does. */
import type { QueryClient } from "@tanstack/react-query";
import type { Job } from "@/api/types";
import type { Frame } from "@/lib/socket";
import { isJobFrame, isSnapshot, type JobFrame, type PreviewFrame } from "./frames";
import { applyFrame, compareVersions, isNewer, isTerminal, isWaiting, mergeJobs } from "./job-reducer";
import { jobKeys, type LiveRun } from "./queries";

/** Delay before refetching, so that a burst of changes, such as the end of a batch, causes one request. */
const REFETCH_DELAY_MS = 400;

export interface JobCacheWriter {
  readonly receive: (frame: Frame) => void;
  /** Refetch all job queries: frames may have been missed. */
  readonly refetch: () => void;
  readonly dispose: () => void;
}

/** Called with the outcome of every job that ends, whether or not the feed contains it. */
export type JobEnded = (ended: Pick<Job, "status" | "content_id">) => void;

export function createJobCacheWriter(client: QueryClient, onEnded: JobEnded): JobCacheWriter {
  let refetchTimer: ReturnType<typeof setTimeout> | undefined;
  const refetch = () => {
    void client.invalidateQueries({
      queryKey: jobKeys.all,
      predicate: ({ queryKey }) => queryKey[1] !== "live",
    });
  };
  const refetchSoon = () => {
    clearTimeout(refetchTimer);
    refetchTimer = setTimeout(refetch, REFETCH_DELAY_MS);
  };

  const receive = (frame: Frame) => {
    if (isSnapshot(frame)) {
      client.setQueryData<Job[]>(jobKeys.feed, (known) => mergeJobs(known ?? [], frame.jobs));
    } else if (isJobFrame(frame)) {
      applyJobFrame(frame);
    }
  };

  const reportEnd = ({ job_status, content_id = null }: JobFrame) => {
    if (isTerminal(job_status)) onEnded({ status: job_status, content_id });
  };

  const applyJobFrame = (frame: JobFrame) => {
    const feed = client.getQueryData<Job[]>(jobKeys.feed);
    const known = feed?.find((job) => job.id === frame.job_id);
    if (known === undefined) {
      reportEnd(frame);
      return refetchSoon();
    }
    if (!isNewer(known, frame)) return;
    if (frame.status === "processing" && compareVersions(frame, known) === 0 && known.status === "running") {
      return applyProgress(client, frame);
    }
    const job = applyFrame(known, frame);
    store(client, job, frame);
    reportEnd(frame);
    // Queue positions, lists and counts have changed.
    if (isTerminal(job.status) || feed?.some((other) => isWaiting(other.status))) refetchSoon();
  };

  return { receive, refetch, dispose: () => clearTimeout(refetchTimer) };
}

function store(client: QueryClient, job: Job, frame: JobFrame): void {
  client.setQueryData<Job[]>(jobKeys.feed, (known) => mergeJobs(known ?? [], [job]));
  client.setQueryData<Job>(jobKeys.detail(job.id), (shown) => shown && applyFrame(shown, frame));
  if (frame.status === "processing") applyProgress(client, frame);
  else client.removeQueries({ queryKey: jobKeys.live(job.id) });
}

function applyProgress(client: QueryClient, frame: JobFrame): void {
  client.setQueryData<LiveRun>(jobKeys.live(frame.job_id), (before) => {
    const isSameAttempt = before?.attempt === frame.attempt;
    return {
      attempt: frame.attempt,
      // Never decreases within an attempt, even when frames arrive out of order.
      progress: Math.max(frame.progress ?? 0, isSameAttempt ? (before.progress ?? 0) : 0),
      node: frame.node ?? (isSameAttempt ? before.node : null),
      step: frame.step ?? null,
      steps: frame.steps ?? null,
      preview: isSameAttempt ? before.preview : null,
    };
  });
}

/** Store the newest preview of a running job. */
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
