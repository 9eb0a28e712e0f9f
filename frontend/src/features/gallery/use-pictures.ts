import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import {
  type ContentFilter,
  galleryQuery,
  type Listed,
  type ListedPages,
  storeOutline,
} from "@/features/content";
import type { EndlessQuery } from "@/lib/use-more";

export interface Pictures {
  readonly items: readonly Listed[];
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
  useKeptOutline(filter);
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

/** Keep what the list looks like when it is left, be it by a reload. */
function useKeptOutline(filter: ContentFilter): void {
  const client = useQueryClient();
  useEffect(() => {
    const store = () => {
      const known = client.getQueryData<ListedPages>(galleryQuery(filter).queryKey);
      if (known !== undefined) storeOutline(filter, known);
    };
    window.addEventListener("pagehide", store);
    return () => {
      window.removeEventListener("pagehide", store);
      store();
    };
  }, [client, filter]);
}
