import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCallback } from "react";

export type PagedQuery = Pick<
  UseInfiniteQueryResult,
  "hasNextPage" | "isFetching" | "isFetchingNextPage" | "isFetchNextPageError" | "fetchNextPage"
>;

/**
 * Return a function that loads the next page. It may be called any number of times, and is replaced
 * when a call can have an effect again.
 *
 * It does nothing while the list itself is loading, as after a change of its filter, because the
 * request would be dropped, and after a failure, which only the user retries.
 */
export function useNextPage(query: PagedQuery): () => void {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const canLoad = hasNextPage && !isFetching && !isFetchNextPageError;
  return useCallback(() => {
    if (canLoad) void fetchNextPage({ cancelRefetch: false });
  }, [canLoad, fetchNextPage]);
}
