import type { UseInfiniteQueryResult } from "@tanstack/react-query";
import { useCallback } from "react";

export type PagedQuery = Pick<
  UseInfiniteQueryResult,
  "hasNextPage" | "isFetching" | "isFetchingNextPage" | "isFetchNextPageError" | "fetchNextPage"
>;

/**
 * Return what asks for the next page, as often as one likes; another function once asking can come to something.
 *
 * While the list itself is read, as after a change of its filter, the request would be dropped; and
 * what failed is asked for again by a person only.
 */
export function useNextPage(query: PagedQuery): () => void {
  const { hasNextPage, isFetching, isFetchNextPageError, fetchNextPage } = query;
  const canAsk = hasNextPage && !isFetching && !isFetchNextPageError;
  return useCallback(() => {
    if (canAsk) void fetchNextPage({ cancelRefetch: false });
  }, [canAsk, fetchNextPage]);
}
