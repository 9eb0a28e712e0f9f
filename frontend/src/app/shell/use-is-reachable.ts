import { type Query, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { ApiError } from "@/api/problem";
import { meQuery } from "@/features/session";

/** While the server does not answer, it is asked this often. */
const RETRY_MS = 5_000;

const isCutOff = (query: Query): boolean => {
  const failure = query.state.fetchFailureReason ?? query.state.error;
  return query.isActive() && failure instanceof ApiError && failure.isUnreachable;
};

/**
 * Whether the server answers what the page asks it.
 *
 * A browser that calls itself offline may still reach a server on this machine: it is only a reason to ask.
 */
export function useIsReachable(): boolean {
  const client = useQueryClient();
  const cache = client.getQueryCache();
  useEffect(() => {
    const ask = () => void client.refetchQueries({ queryKey: meQuery.queryKey });
    window.addEventListener("online", ask);
    window.addEventListener("offline", ask);
    return () => {
      window.removeEventListener("online", ask);
      window.removeEventListener("offline", ask);
    };
  }, [client]);
  const isReachable = useSyncExternalStore(
    useCallback((listener: () => void) => cache.subscribe(listener), [cache]),
    () => !cache.getAll().some(isCutOff),
  );
  useEffect(() => {
    if (isReachable) return;
    const timer = setInterval(() => void client.refetchQueries({ predicate: isCutOff }), RETRY_MS);
    return () => clearInterval(timer);
  }, [client, isReachable]);
  return isReachable;
}
