import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Content } from "@/api/types";
import { type ContentFilter, galleryQuery } from "@/features/content";
import type { EndlessQuery } from "@/lib/use-more";

export interface Pictures {
  readonly items: readonly Content[];
  /** Null when there are more than are counted, undefined while it is not known. */
  readonly total: number | null | undefined;
  readonly isPending: boolean;
  /** What is shown belongs to the filter before. */
  readonly isStale: boolean;
  readonly error: unknown;
  /** For who asks for more of it. */
  readonly query: EndlessQuery;
  readonly retry: () => void;
}

/** One list of pictures, page by page. */
export function usePictures(filter: ContentFilter): Pictures {
  const query = useInfiniteQuery(galleryQuery(filter));
  const { data, refetch } = query;
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  return {
    items,
    total: data?.pages[0]?.total,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    error: data === undefined ? query.error : null,
    query,
    retry: () => void refetch(),
  };
}
