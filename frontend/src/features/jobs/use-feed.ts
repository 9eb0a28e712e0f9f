import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useReducer, useSyncExternalStore } from "react";
import type { Liveness } from "@/lib/socket";
import { addPage, EMPTY_FEED, type Feed } from "./feed";
import { isWaiting } from "./job-reducer";
import { type LiveRun, liveRunsOf } from "./live-runs";
import { feedQuery, jobKeys, POLL_MS, readEnded, WAITING_POLL_MS } from "./queries";
import { useJobStream } from "./stream";
import { type ShownJob, type Submission, submissionOf } from "./submissions";

export interface FeedState {
  /** All open submissions, then the loaded ended ones, the last to end first. */
  readonly submissions: readonly Submission[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly liveness: Liveness;
  readonly retry: () => void;
  /** Load older submissions; null when all are loaded. */
  readonly loadOlder: (() => void) | null;
  readonly isLoadingOlder: boolean;
}

/** The submissions of the user, updated by the websocket, or by polling while it is down. */
export function useFeed(): FeedState {
  const client = useQueryClient();
  const liveness = useJobStream();
  const query = useQuery({
    ...feedQuery,
    // Jobs of other users send no frames here, but the own ones move up with them.
    refetchInterval: ({ state }) =>
      liveness === "polling" ? POLL_MS : isAnyWaiting(state.data) ? WAITING_POLL_MS : false,
  });
  const older = useMutation({
    mutationFn: (cursor: string) => readEnded(cursor),
    onSuccess: (page, cursor) =>
      client.setQueryData<Feed>(jobKeys.feed, (feed) =>
        // A refetch may have moved the end of what is loaded.
        feed?.cursor === cursor ? addPage(feed, page) : feed,
      ),
  });
  const { batches, cursor } = query.data ?? EMPTY_FEED;
  const submissions = useMemo(() => batches.map(submissionOf), [batches]);
  return {
    submissions,
    isLoading: query.isPending,
    error: query.data === undefined ? query.error : null,
    liveness,
    retry: () => void query.refetch(),
    loadOlder: cursor === null ? null : () => older.mutate(cursor),
    isLoadingOlder: older.isPending,
  };
}

const isAnyWaiting = (feed: Feed | undefined): boolean =>
  feed?.batches.some(({ jobs }) => jobs.some((job) => isWaiting(job.status))) ?? false;
const none = () => undefined;

/** Latest progress, node and preview of a running job. */
export function useLiveRun(id: number): LiveRun | undefined {
  const runs = liveRunsOf(useQueryClient());
  const subscribe = useCallback((listener: () => void) => runs.subscribe([id], listener), [runs, id]);
  return useSyncExternalStore(subscribe, () => runs.get(id));
}

/** Latest progress of those of these jobs that are running, by id. */
export function useLiveRuns(jobs: readonly ShownJob[]): (id: number) => LiveRun | undefined {
  const runs = liveRunsOf(useQueryClient());
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const running = jobs.flatMap(({ id, status }) => (status === "running" ? [id] : [])).join();
  useEffect(
    () => (running === "" ? undefined : runs.subscribe(running.split(",").map(Number), () => redraw())),
    [runs, running],
  );
  return running === "" ? none : runs.get;
}
