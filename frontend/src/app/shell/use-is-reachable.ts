import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { ApiError } from "@/api/problem";

/** Whether the server answers what the page asks it. */
export function useIsReachable(): boolean {
  const cache = useQueryClient().getQueryCache();
  const subscribe = useCallback(
    (listener: () => void) => {
      const unsubscribe = cache.subscribe(listener);
      window.addEventListener("online", listener);
      window.addEventListener("offline", listener);
      return () => {
        unsubscribe();
        window.removeEventListener("online", listener);
        window.removeEventListener("offline", listener);
      };
    },
    [cache],
  );
  return useSyncExternalStore(subscribe, () => {
    const isDown = cache.getAll().some((query) => {
      const failure = query.state.fetchFailureReason ?? query.state.error;
      return query.isActive() && failure instanceof ApiError && failure.isUnreachable;
    });
    return !isDown && navigator.onLine;
  });
}
