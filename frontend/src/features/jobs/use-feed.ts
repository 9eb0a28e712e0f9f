import { skipToken, useQueries, useQuery } from "@tanstack/react-query";
import type { Job } from "@/api/types";
import type { Liveness } from "@/lib/socket";
import { feedQuery, jobKeys, type LiveRun, POLL_MS } from "./queries";
import { useJobStream } from "./stream";

export interface Feed {
  readonly jobs: readonly Job[];
  readonly isLoading: boolean;
  readonly error: unknown;
  readonly liveness: Liveness;
  readonly retry: () => void;
}

/**
 * The open and newest finished jobs of the user, updated by the websocket, or by polling while it is
 * down.
 */
export function useFeed(): Feed {
  const liveness = useJobStream();
  const query = useQuery({ ...feedQuery, refetchInterval: liveness === "polling" ? POLL_MS : false });
  return {
    jobs: query.data ?? [],
    isLoading: query.isPending,
    error: query.data === undefined ? query.error : null,
    liveness,
    retry: () => void query.refetch(),
  };
}

/** Latest progress, node and preview of a running job. */
export function useLiveRun(id: number): LiveRun | undefined {
  return useQuery<LiveRun>({ queryKey: jobKeys.live(id), queryFn: skipToken }).data;
}

/** Latest progress of several jobs, in the order of the ids. */
export function useLiveRuns(ids: readonly number[]): readonly (LiveRun | undefined)[] {
  return useQueries({
    queries: ids.map((id) => ({ queryKey: jobKeys.live(id), queryFn: skipToken })),
    combine: (results) => results.map(({ data }) => data as LiveRun | undefined),
  });
}
