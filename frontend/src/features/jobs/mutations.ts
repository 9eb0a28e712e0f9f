import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, unwrap } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { BatchJob, Job } from "@/api/types";
import { useMe } from "@/features/session";
import { versionQuery } from "@/features/workflows/queries";
import { runWithNewSeeds } from "@/features/workflows/run-request";
import { refetchJobs } from "./cache-writer";
import { addJobs, addSubmission, changeJobs, type Feed, removeJob } from "./feed";
import { compareVersions, isTerminal, isWaiting } from "./job-reducer";
import { outbox, type Submittable } from "./outbox/store";
import { jobKeys, postSubmission } from "./queries";
import { withNewSeed } from "./resubmission";

const inPath = (id: number) => ({ params: { path: { job_id: id } } });

function changeFeed(client: QueryClient, change: (feed: Feed) => Feed): void {
  client.setQueryData<Feed>(jobKeys.feed, (feed) => feed && change(feed));
}

/** Return a function that shows a new submission at once. */
export function useAddSubmission(): (job: Job) => void {
  const client = useQueryClient();
  return useCallback(
    (job: Job) => {
      changeFeed(client, (feed) => addSubmission(feed, job));
      void refetchJobs(client);
    },
    [client],
  );
}

/** A submission with its Idempotency-Key. */
type Keyed = Submittable & { readonly key: string };

/**
 * Submit a job, a batch, or a run of a workflow. Without a connection it is stored and sent later; the
 * result is then null.
 */
export function useSubmitJob() {
  const { id: userId } = useMe();
  const show = useAddSubmission();
  return useMutation({
    mutationFn: async (submission: Keyed) => {
      try {
        return await postSubmission(submission, submission.key);
      } catch (error) {
        if (!(error instanceof ApiError && error.isUnreachable)) throw error;
        const createdAt = new Date().toISOString();
        // Where it cannot be stored, the first error says what is wrong.
        await outbox
          .put({ ...submission, userId, createdAt, rejection: null })
          .catch(() => Promise.reject(error));
        return null;
      }
    },
    onSuccess: (job) => (job === null ? undefined : show(job)),
  });
}

/** Return a function that makes the request of a job again, with new seeds. */
export function useRequestWithNewSeed(): (job: Job) => Promise<Submittable> {
  const client = useQueryClient();
  return useCallback(
    async (job: Job) => {
      const { workflow } = job;
      if (workflow === null) return { body: withNewSeed(job) };
      const { form } = await client.fetchQuery(versionQuery(workflow.id, workflow.version));
      return { run: runWithNewSeeds(workflow, job.inputs ?? {}, form) };
    },
    [client],
  );
}

export function useRetryJob() {
  return useMutation({
    mutationFn: (id: number) => unwrap(api.POST("/api/v1/generation-jobs/{job_id}/retry", inPath(id))),
    onSuccess: useAddSubmission(),
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
