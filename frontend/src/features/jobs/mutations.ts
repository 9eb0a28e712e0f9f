import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Job, JobSubmit } from "@/api/types";
import { isWaiting, mergeJobs } from "./job-reducer";
import { jobKeys } from "./queries";

const inPath = (id: number) => ({ params: { path: { job_id: id } } });

function storeInFeed(client: QueryClient, jobs: readonly Job[]): void {
  client.setQueryData<Job[]>(jobKeys.feed, (known) => mergeJobs(known ?? [], jobs));
}

function invalidateJobs(client: QueryClient): Promise<void> {
  return client.invalidateQueries({
    queryKey: jobKeys.all,
    predicate: ({ queryKey }) => queryKey[1] !== "live",
  });
}

/** Submit a job or batch. Repeating a submission with the same idempotency key makes no second one. */
export function useSubmitJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { readonly body: JobSubmit; readonly key: string }) =>
      unwrap(api.POST("/api/v1/generation-jobs", { body, params: { header: { "Idempotency-Key": key } } })),
    onSuccess: (job) => {
      storeInFeed(client, [job]);
      void invalidateJobs(client);
    },
  });
}

export function useRetryJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.POST("/api/v1/generation-jobs/{job_id}/retry", inPath(id))),
    onSuccess: (job) => {
      storeInFeed(client, [job]);
      void invalidateJobs(client);
    },
  });
}

/** Return the job as shown until the cancellation is confirmed. */
function asCancelling(job: Job, at: string): Job {
  return isWaiting(job.status)
    ? { ...job, status: "cancelled", completed_at: at, queue_position: null }
    : { ...job, cancel_requested_at: at };
}

/** Cancel jobs; the change is shown at once and undone when the request fails. */
export function useCancelJobs() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (jobs: readonly Job[]): Promise<Job[]> => {
      const [first] = jobs;
      if (first === undefined) return [];
      if (jobs.length > 1) {
        return unwrap(api.POST("/api/v1/generation-jobs/cancel", { body: { batch_id: first.batch_id } }));
      }
      return [await unwrap(api.POST("/api/v1/generation-jobs/{job_id}/cancel", inPath(first.id)))];
    },
    onMutate: async (jobs) => {
      await client.cancelQueries({ queryKey: jobKeys.feed });
      const before = client.getQueryData<Job[]>(jobKeys.feed);
      const ids = new Set(jobs.map((job) => job.id));
      const now = new Date().toISOString();
      client.setQueryData<Job[]>(jobKeys.feed, (known) =>
        known?.map((job) => (ids.has(job.id) ? asCancelling(job, now) : job)),
      );
      return before?.filter((job) => ids.has(job.id)) ?? [];
    },
    onError: (_error, _jobs, before) => {
      const previous = new Map(before?.map((job) => [job.id, job]));
      client.setQueryData<Job[]>(jobKeys.feed, (known) => known?.map((job) => previous.get(job.id) ?? job));
    },
    onSuccess: (jobs) => storeInFeed(client, jobs),
    onSettled: () => invalidateJobs(client),
  });
}

/** Delete a finished job; its image stays. */
export function useDeleteJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/api/v1/generation-jobs/{job_id}", inPath(id))),
    onSuccess: (_nothing, id) => {
      client.setQueryData<Job[]>(jobKeys.feed, (known) => known?.filter((job) => job.id !== id));
      return invalidateJobs(client);
    },
  });
}
