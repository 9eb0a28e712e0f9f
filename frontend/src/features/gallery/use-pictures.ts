import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { Content } from "@/api/types";
import { type ContentFilter, galleryQuery } from "@/features/content";

export interface Pictures {
  readonly items: readonly Content[];
  /** Null when there are more than are counted, undefined while it is not known. */
  readonly total: number | null | undefined;
  readonly isPending: boolean;
  /** What is shown belongs to the filter before. */
  readonly isStale: boolean;
  readonly isLoadingMore: boolean;
  readonly hasMore: boolean;
  readonly error: unknown;
  readonly more: () => void;
  readonly retry: () => void;
}

/** One list of pictures, page by page. */
export function usePictures(filter: ContentFilter): Pictures {
  const query = useInfiniteQuery(galleryQuery(filter));
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = query;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    items,
    total: data?.pages[0]?.total,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    isLoadingMore: isFetchingNextPage,
    hasMore: hasNextPage,
    error: data === undefined ? query.error : null,
    more,
    retry: () => void refetch(),
  };
}
