import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { BatchJob, Job, JobSubmit } from "@/api/types";
import { refetchJobs } from "./cache-writer";
import { addJobs, addSubmission, changeJobs, type Feed, removeJob } from "./feed";
import { compareVersions, isTerminal, isWaiting } from "./job-reducer";
import { jobKeys } from "./queries";

const inPath = (id: number) => ({ params: { path: { job_id: id } } });

function changeFeed(client: QueryClient, change: (feed: Feed) => Feed): void {
  client.setQueryData<Feed>(jobKeys.feed, (feed) => feed && change(feed));
}

/** Submit a job or batch. Repeating a submission with the same idempotency key makes no second one. */
export function useSubmitJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { readonly body: JobSubmit; readonly key: string }) =>
      unwrap(api.POST("/api/v1/generation-jobs", { body, params: { header: { "Idempotency-Key": key } } })),
    onSuccess: (job) => {
      changeFeed(client, (feed) => addSubmission(feed, job));
      void refetchJobs(client);
    },
  });
}

export function useRetryJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.POST("/api/v1/generation-jobs/{job_id}/retry", inPath(id))),
    onSuccess: (job) => {
      changeFeed(client, (feed) => addSubmission(feed, job));
      void refetchJobs(client);
    },
  });
}

/** Return the job as shown until the cancellation is confirmed. */
function asCancelling(job: BatchJob, at: string): BatchJob {
  return isWaiting(job.status)
    ? { ...job, status: "cancelled", completed_at: at, queue_position: null }
    : { ...job, cancel_requested_at: at };
}

type Cancelled = Pick<Job, "id" | "batch_id">;

/** Cancel jobs; the change is shown at once and undone when the request fails. */
export function useCancelJobs() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (jobs: readonly Cancelled[]): Promise<Job[]> => {
      const [first] = jobs;
      if (first === undefined) return [];
      if (jobs.length > 1) {
        return unwrap(api.POST("/api/v1/generation-jobs/cancel", { body: { batch_id: first.batch_id } }));
      }
      return [await unwrap(api.POST("/api/v1/generation-jobs/{job_id}/cancel", inPath(first.id)))];
    },
    onMutate: async (jobs) => {
      await client.cancelQueries({ queryKey: jobKeys.feed });
      const ids = new Set(jobs.map((job) => job.id));
      const before = new Map<number, BatchJob>();
      const now = new Date().toISOString();
      changeFeed(client, (feed) =>
        changeJobs(feed, (job) => {
          if (!ids.has(job.id) || isTerminal(job.status)) return job;
          before.set(job.id, job);
          return asCancelling(job, now);
        }),
      );
      return before;
    },
    onError: (_error, _jobs, before) =>
      changeFeed(client, (feed) =>
        changeJobs(feed, (job) => {
          const previous = before?.get(job.id);
          // A frame may have arrived meanwhile.
          return previous !== undefined && compareVersions(previous, job) === 0 ? previous : job;
        }),
      ),
    onSuccess: (jobs) => changeFeed(client, (feed) => addJobs(feed, jobs)),
    onSettled: () => refetchJobs(client),
  });
}

/** Make the waiting jobs of a submission the next ones; for administrators. */
export function useMoveToTop() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (batchId: string) =>
      unwrap(
        api.POST("/api/v1/generation-batches/{batch_id}/move-to-top", {
          params: { path: { batch_id: batchId } },
        }),
      ),
    onSettled: () => refetchJobs(client),
  });
}

/** Delete a finished job; its image stays. */
export function useDeleteJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/api/v1/generation-jobs/{job_id}", inPath(id))),
    onSuccess: (_nothing, id) => {
      changeFeed(client, (feed) => removeJob(feed, id));
      return refetchJobs(client);
    },
  });
}
