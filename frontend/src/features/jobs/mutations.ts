import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Job, JobSubmit } from "@/api/types";
import { isWaiting, mergeJobs } from "./job-reducer";
import { jobKeys } from "./queries";

const inPath = (id: number) => ({ params: { path: { job_id: id } } });

function remember(client: QueryClient, jobs: readonly Job[]): void {
  client.setQueryData<Job[]>(jobKeys.feed, (known) => mergeJobs(known ?? [], jobs));
}

function invalidateJobs(client: QueryClient): Promise<void> {
  return client.invalidateQueries({
    queryKey: jobKeys.all,
    predicate: ({ queryKey }) => queryKey[1] !== "live",
  });
}

/** Submit a job or batch. A repeated submission with the same key is one submission. */
export function useSubmitJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { readonly body: JobSubmit; readonly key: string }) =>
      unwrap(api.POST("/api/v1/generation-jobs", { body, params: { header: { "Idempotency-Key": key } } })),
    onSuccess: (job) => {
      remember(client, [job]);
      void invalidateJobs(client);
    },
  });
}

export function useRetryJob() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.POST("/api/v1/generation-jobs/{job_id}/retry", inPath(id))),
    onSuccess: (job) => {
      remember(client, [job]);
      void invalidateJobs(client);
    },
  });
}

/** How a job looks at once when its cancellation was asked for. */
function asCancelling(job: Job, at: string): Job {
  return isWaiting(job.status)
    ? { ...job, status: "cancelled", completed_at: at, queue_position: null }
    : { ...job, cancel_requested_at: at };
}

/** Cancel jobs, shown at once and taken back when the server refuses. */
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
      const asWere = new Map(before?.map((job) => [job.id, job]));
      client.setQueryData<Job[]>(jobKeys.feed, (known) => known?.map((job) => asWere.get(job.id) ?? job));
    },
    onSuccess: (jobs) => remember(client, jobs),
    onSettled: () => invalidateJobs(client),
  });
}

/** Delete a job that has ended; its picture stays. */
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
