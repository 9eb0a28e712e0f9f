import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem";

/**
 * Return whether a failure may be temporary. Requests that the server rejected are not retried, and none is
 * while the browser is offline: the page says so at once, and the end of that state repeats what failed.
 */
function isWorthRetrying(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiError) || !navigator.onLine) return false;
  return (
    failures < 3 &&
    (error.isUnreachable || error.status === 502 || error.status === 503 || error.status === 504)
  );
}

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // The session ended: refetch the current user, which leads to the login page.
      onError: (error, { queryKey }) => {
        if (error instanceof ApiError && error.status === 401 && queryKey[0] !== "session") {
          void client.invalidateQueries({ queryKey: ["session", "me"] });
        }
      },
    }),
    defaultOptions: {
      // "always": a browser that reports itself offline may still reach a server in the local network.
      queries: {
        staleTime: 15_000,
        gcTime: 30 * 60_000,
        retry: isWorthRetrying,
        networkMode: "always",
        refetchOnReconnect: true,
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
  return client;
}
