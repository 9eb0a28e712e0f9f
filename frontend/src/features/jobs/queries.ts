import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Batch, BatchListQuery, BatchPage, Job, JobListQuery, JobStatus, JobSubmit } from "@/api/types";
import type { WorkflowRun } from "@/features/workflows/run-request";
import { type Feed, isOpenBatch, mergeFeed } from "./feed";
import type { Submittable } from "./outbox/store";

export const jobKeys = {
  all: ["jobs"] as const,
  feed: ["jobs", "feed"] as const,
  submissions: (filter: SubmissionFilter) => ["jobs", "submissions", filter] as const,
  detail: (id: number) => ["jobs", "detail", id] as const,
  events: (id: number) => ["jobs", "events", id] as const,
  lists: ["jobs", "list"] as const,
  list: (filter: JobFilter) => ["jobs", "list", filter] as const,
  stats: (scope: "mine" | "all") => ["jobs", "stats", scope] as const,
};

export type JobFilter = Pick<
  JobListQuery,
  "search" | "checkpoint_model" | "created_from" | "created_to" | "sort" | "scope"
> & { readonly status?: JobStatus[] };

/** Of the submissions of all users. */
export type SubmissionFilter = Pick<
  BatchListQuery,
  "open" | "user_id" | "checkpoint_model" | "backend" | "sort"
> & { readonly status?: JobStatus[] };

const PAGE = 30;
/** Ended submissions per page of the feed. */
const ENDED_PAGE = 12;
/** The most that the API returns at once. */
const MAX_PAGE = 100;
/** How many pages of ended submissions a refetch reads at most to find those that ended since the last one. */
const CATCH_UP_PAGES = 5;
/** Interval of polling while the websocket is down. */
export const POLL_MS = 2_000;
/** Interval of reading queue positions while jobs wait. */
export const WAITING_POLL_MS = 5_000;

const listJobs = (query: JobListQuery, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/generation-jobs", { params: { query }, signal }));

/** Submit a job or batch. Repeating it with the same idempotency key makes no second one. */
const postJob = (body: JobSubmit, key: string): Promise<Job> =>
  unwrap(api.POST("/api/v1/generation-jobs", { body, params: { header: { "Idempotency-Key": key } } }));

/** Run a workflow. Repeating it with the same idempotency key makes no second run. */
const postRun = ({ workflowId, body }: WorkflowRun, key: string): Promise<Job> =>
  unwrap(
    api.POST("/api/v1/workflows/{workflow_id}/jobs", {
      body,
      params: { path: { workflow_id: workflowId }, header: { "Idempotency-Key": key } },
    }),
  );

/** Send a submission: a job, or a run of a workflow. */
export const postSubmission = ({ body, run }: Submittable, key: string): Promise<Job> =>
  run === undefined ? postJob(body, key) : postRun(run, key);

interface FeedPageQuery {
  readonly open: boolean;
  readonly limit: number;
  readonly cursor: string | null;
}

const listBatches = ({ cursor, ...query }: FeedPageQuery, signal?: AbortSignal) =>
  unwrap(
    api.GET("/api/v1/generation-batches", {
      params: { query: { ...query, ...(cursor === null ? {} : { cursor }) } },
      ...(signal === undefined ? {} : { signal }),
    }),
  );

/** Return the page of ended submissions that begins at the cursor. */
export const readEnded = (
  cursor: string | null,
  limit = ENDED_PAGE,
  signal?: AbortSignal,
): Promise<BatchPage> => listBatches({ open: false, limit, cursor }, signal);

async function readOpen(signal: AbortSignal): Promise<Batch[]> {
  const found: Batch[] = [];
  let cursor: string | null = null;
  do {
    const page: BatchPage = await listBatches({ open: true, limit: MAX_PAGE, cursor }, signal);
    found.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

/**
 * Read the ended submissions that are loaded, from the last to end on, and further ones until all that
 * ended since `before` are found.
 */
async function readNewlyEnded(
  before: Feed | undefined,
  open: readonly Batch[],
  signal: AbortSignal,
): Promise<{ readonly ended: Batch[]; readonly cursor: string | null }> {
  const known = new Set(before?.batches.filter((one) => !isOpenBatch(one)).map((one) => one.id));
  const stillOpen = new Set(open.map((one) => one.id));
  const missing = new Set(before?.batches.map((one) => one.id).filter((id) => !known.has(id)));
  for (const id of stillOpen) missing.delete(id);
  const ended: Batch[] = [];
  const limit = Math.min(Math.max(known.size, ENDED_PAGE), MAX_PAGE);
  let cursor: string | null = null;
  for (let pages = 0; pages < CATCH_UP_PAGES; pages += 1) {
    const page = await readEnded(cursor, limit, signal);
    ended.push(...page.items);
    cursor = page.next_cursor;
    for (const one of page.items) missing.delete(one.id);
    if (cursor === null || missing.size === 0 || page.items.some((one) => known.has(one.id))) break;
  }
  return { ended, cursor };
}

/** All open submissions of the user and the ended ones that were loaded, see `useFeed`. */
export const feedQuery = queryOptions({
  queryKey: jobKeys.feed,
  queryFn: async ({ client, signal }): Promise<Feed> => {
    const known = () => client.getQueryData<Feed>(jobKeys.feed);
    const before = known();
    // In this order: a submission that ends in between is in both lists, and never in none.
    const open = await readOpen(signal);
    const { ended, cursor } = await readNewlyEnded(before, open, signal);
    return mergeFeed({ before, now: known(), open, ended, cursor });
  },
});

export const jobQuery = (id: number) =>
  queryOptions({
    queryKey: jobKeys.detail(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/generation-jobs/{job_id}", { params: { path: { job_id: id } }, signal })),
  });

/** The timeline of a job, oldest event first. */
export const jobEventsQuery = (id: number) =>
  queryOptions({
    queryKey: jobKeys.events(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/generation-jobs/{job_id}/events", { params: { path: { job_id: id } }, signal }),
      ),
  });

export const jobsQuery = (filter: JobFilter) =>
  infiniteQueryOptions({
    queryKey: jobKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      listJobs({ ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** Submissions of all users, for administrators. */
export const submissionsQuery = (filter: SubmissionFilter) =>
  infiniteQueryOptions({
    queryKey: jobKeys.submissions(filter),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/generation-batches", {
          params: {
            query: {
              ...filter,
              scope: "all",
              limit: PAGE,
              ...(pageParam === null ? {} : { cursor: pageParam }),
            },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

export const jobStatsQuery = (scope: "mine" | "all" = "mine") =>
  queryOptions({
    queryKey: jobKeys.stats(scope),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/generation-jobs/stats", { params: { query: { scope } }, signal })),
  });
