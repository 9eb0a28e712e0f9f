import { QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "./problem";

/** Tries again what may pass by itself; what the server refused stays refused. */
function isWorthRetrying(failures: number, error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return (
    failures < 3 &&
    (error.isUnreachable || error.status === 502 || error.status === 503 || error.status === 504)
  );
}

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      // The session ended: ask who one is, which leads to the login.
      onError: (error, { queryKey }) => {
        if (error instanceof ApiError && error.status === 401 && queryKey[0] !== "session") {
          void client.invalidateQueries({ queryKey: ["session", "me"] });
        }
      },
    }),
    defaultOptions: {
      // "always": a browser without a network calls itself offline, and still reaches a server at home.
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
