import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Job, JobListQuery, JobStatus } from "@/api/types";
import { mergeJobs } from "./job-reducer";

export const jobKeys = {
  all: ["jobs"] as const,
  feed: ["jobs", "feed"] as const,
  live: (id: number) => ["jobs", "live", id] as const,
  detail: (id: number) => ["jobs", "detail", id] as const,
  events: (id: number) => ["jobs", "events", id] as const,
  lists: ["jobs", "list"] as const,
  list: (filter: JobFilter) => ["jobs", "list", filter] as const,
  stats: (scope: "mine" | "all") => ["jobs", "stats", scope] as const,
};

/** Progress and preview of a running job, as the websocket sends them; removed when the attempt ends. */
export interface LiveRun {
  readonly attempt: number;
  readonly progress: number | null;
  readonly node: string | null;
  /** Current step of the node; null for nodes that do not count steps. */
  readonly step: number | null;
  readonly steps: number | null;
  /** The newest preview as a data: URL. */
  readonly preview: string | null;
}

export type JobFilter = Pick<
  JobListQuery,
  "search" | "checkpoint_model" | "created_from" | "created_to" | "sort" | "scope"
> & { readonly status?: JobStatus[] };

const OPEN_STATUSES: JobStatus[] = ["pending", "queued", "running"];
const FEED_NEWEST = 30;
const PAGE = 30;
/** Interval of polling while the websocket is down. */
export const POLL_MS = 2_000;

const listJobs = (query: JobListQuery, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/generation-jobs", { params: { query }, signal }));

/** The open jobs of the user and the newest finished ones. */
export const feedQuery = queryOptions({
  queryKey: jobKeys.feed,
  queryFn: async ({ signal }): Promise<Job[]> => {
    const [newest, open] = await Promise.all([
      listJobs({ limit: FEED_NEWEST }, signal),
      listJobs({ limit: 100, status: OPEN_STATUSES }, signal),
    ]);
    return mergeJobs(newest.items, open.items);
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

export const jobStatsQuery = (scope: "mine" | "all" = "mine") =>
  queryOptions({
    queryKey: jobKeys.stats(scope),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/generation-jobs/stats", { params: { query: { scope } }, signal })),
  });
