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

/** My jobs that wait, run or ended lately; by the socket, or by polling while it is down. */
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

/** Progress, node and preview of a running job, as the socket told last. */
export function useLiveRun(id: number): LiveRun | undefined {
  return useQuery<LiveRun>({ queryKey: jobKeys.live(id), queryFn: skipToken }).data;
}

/** The same of several jobs, in their order. */
export function useLiveRuns(ids: readonly number[]): readonly (LiveRun | undefined)[] {
  return useQueries({
    queries: ids.map((id) => ({ queryKey: jobKeys.live(id), queryFn: skipToken })),
    combine: (found) => found.map(({ data }) => data as LiveRun | undefined),
  });
}
