import { type Query, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { ApiError } from "@/api/problem";
import { meQuery } from "./queries";

/** Interval of the checks while the server does not answer. */
const CHECK_MS = 5_000;

const isUnreachable = (query: Query): boolean => {
  const failure = query.state.fetchFailureReason ?? query.state.error;
  return query.isActive() && failure instanceof ApiError && failure.isUnreachable;
};

/** Return whether the server answers the requests of the page. */
export function useIsReachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  return useSyncExternalStore(
    useCallback((listener: () => void) => cache.subscribe(listener), [cache]),
    () => !cache.getAll().some(isUnreachable),
  );
}

/**
 * Repeat failed requests until the server answers them.
 *
 * A browser that reports itself offline may still reach a server on this machine, so its events only
 * trigger a check.
 */
export function useReachabilityChecks(): void {
  const client = useQueryClient();
  const isReachable = useIsReachable();
  useEffect(() => {
    const check = () => void client.refetchQueries({ queryKey: meQuery.queryKey });
    window.addEventListener("online", check);
    window.addEventListener("offline", check);
    return () => {
      window.removeEventListener("online", check);
      window.removeEventListener("offline", check);
    };
  }, [client]);
  useEffect(() => {
    if (isReachable) return;
    const timer = setInterval(() => void client.refetchQueries({ predicate: isUnreachable }), CHECK_MS);
    return () => clearInterval(timer);
  }, [client, isReachable]);
}
