/** Applies frames of `/ws/jobs` to the query cache; the only code that does. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Job, JobPage } from "@/api/types";
import type { Frame } from "@/lib/socket";
import { addJobs, type Feed, findJob, foldFrame } from "./feed";
import { isJobFrame, isSnapshot, type JobFrame, type PreviewFrame } from "./frames";
import { applyFrame, compareVersions, isNewer, isTerminal, type Version } from "./job-reducer";
import { liveRunsOf } from "./live-runs";
import { jobKeys } from "./queries";
import { createRefetcher } from "./refetcher";

export interface JobCacheWriter {
  readonly receive: (frame: Frame) => void;
  /** Refetch all job queries: frames may have been missed. */
  readonly refetch: () => void;
  readonly dispose: () => void;
}

/** Called with the outcome of every job that ends, whether or not the feed contains it. */
export type JobEnded = (ended: Pick<Job, "status" | "content_id">) => void;

type Known = Version & Pick<Job, "status">;

/** Bounds memory: older jobs send no frames any more. */
const KNOWN_LIMIT = 5_000;

export function createJobCacheWriter(client: QueryClient, onEnded: JobEnded): JobCacheWriter {
  // Newest versions received, also of jobs that no loaded query has.
  const versions = new Map<number, Known>();
  const refetcher = createRefetcher(() => refetchJobs(client));

  const remember = (id: number, { attempt, seq, status }: Known) => {
    versions.delete(id);
    versions.set(id, { attempt, seq, status });
    const [oldest] = versions.keys();
    if (versions.size > KNOWN_LIMIT && oldest !== undefined) versions.delete(oldest);
  };

  const applySnapshot = (jobs: readonly Job[]) => {
    for (const job of jobs) remember(job.id, job);
    const feed = client.getQueryData<Feed>(jobKeys.feed);
    if (feed !== undefined) client.setQueryData<Feed>(jobKeys.feed, addJobs(feed, jobs));
    // The request for a feed that is not there yet may have been answered before the job was made.
    if (jobs.some((job) => !isTerminal(job.status) && findJob(feed, job.id) === undefined))
      refetcher.request();
  };

  const applyJobFrame = (frame: JobFrame) => {
    const known = newest(
      versions.get(frame.job_id),
      findJob(client.getQueryData<Feed>(jobKeys.feed), frame.job_id),
    );
    if (known !== undefined && !isNewer(known, frame)) return;
    const isSameState = known !== undefined && compareVersions(frame, known) === 0;
    if (frame.status === "processing" && isSameState && known.status === "running") {
      return applyRun(client, frame);
    }
    remember(frame.job_id, { ...frame, status: frame.job_status });
    fold(client, frame);
    if (isTerminal(frame.job_status))
      onEnded({ status: frame.job_status, content_id: frame.content_id ?? null });
    // Queue positions, counts, and submissions that are not loaded yet.
    refetcher.request();
  };

  return {
    receive: (frame) => {
      if (isSnapshot(frame)) applySnapshot(frame.jobs);
      else if (isJobFrame(frame)) applyJobFrame(frame);
    },
    refetch: () => void refetcher.run(),
    dispose: refetcher.dispose,
  };
}

/** Refetch what is shown. */
export async function refetchJobs(client: QueryClient): Promise<void> {
  // An invalidation waits for a first request that is under way, whose answer may be older than the change.
  await client.cancelQueries({ queryKey: jobKeys.feed, predicate: ({ state }) => state.data === undefined });
  await client.invalidateQueries({ queryKey: jobKeys.all });
}

function newest(left: Known | undefined, right: Known | undefined): Known | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  return compareVersions(left, right) >= 0 ? left : right;
}

/** Write what a frame says to every query that has the job. */
function fold(client: QueryClient, frame: JobFrame): void {
  client.setQueryData<Feed>(jobKeys.feed, (feed) => feed && foldFrame(feed, frame));
  client.setQueryData<Job>(jobKeys.detail(frame.job_id), (shown) => shown && applyFrame(shown, frame, shown));
  client.setQueriesData<InfiniteData<JobPage>>({ queryKey: jobKeys.lists }, (list) =>
    list?.pages.some((page) => page.items.some((job) => job.id === frame.job_id))
      ? { ...list, pages: list.pages.map((page) => foldPage(page, frame)) }
      : list,
  );
  if (isProgress(frame)) applyProgress(client, frame);
  else liveRunsOf(client).remove(frame.job_id);
}

function foldPage(page: JobPage, frame: JobFrame): JobPage {
  return {
    ...page,
    items: page.items.map((job) => (job.id === frame.job_id ? applyFrame(job, frame, job) : job)),
  };
}

const isProgress = ({ status, waiting_reason }: JobFrame): boolean =>
  status === "processing" && waiting_reason === undefined;

/** Apply a frame of a running job: its progress, or that it waits at its server. */
function applyRun(client: QueryClient, frame: JobFrame): void {
  if (isProgress(frame)) applyProgress(client, frame);
  else fold(client, frame);
}

function applyProgress(client: QueryClient, frame: JobFrame): void {
  liveRunsOf(client).update(frame.job_id, (before) => {
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
  const running = findJob(client.getQueryData<Feed>(jobKeys.feed), job_id);
  if (running?.status !== "running") return;
  liveRunsOf(client).update(job_id, (before) => ({
    attempt: running.attempt,
    progress: before?.progress ?? null,
    node: before?.node ?? null,
    step: before?.step ?? null,
    steps: before?.steps ?? null,
    preview: `data:${mime};base64,${data}`,
  }));
}
