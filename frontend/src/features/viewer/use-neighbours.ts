import { type InfiniteData, useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo } from "react";
import { useLocation, useNavigate } from "react-router";
import type { Content } from "@/api/types";
import { type ContentFilter, galleryQuery } from "@/features/content";

/** The list a picture was opened from; kept by the browser's history, so that a reload keeps it too. */
interface ListState {
  readonly list?: ContentFilter;
}

export interface Neighbours {
  readonly previous: Content | null;
  readonly next: Content | null;
  /** Steps replace each other in the history: back leads to the list. */
  readonly goTo: (item: Content) => void;
  /** Back to where one came from. */
  readonly leave: () => void;
}

/** Pages are read ahead when this close to the end of what is known. */
const READ_AHEAD = 4;

/** The pictures before and after one in the list it was opened from. */
export function useNeighbours(id: number): Neighbours {
  const { state, key } = useLocation() as { state: ListState | null; key: string };
  const navigate = useNavigate();
  const filter = state?.list ?? null;
  const query = useInfiniteQuery({
    ...galleryQuery(filter ?? {}),
    enabled: filter !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const items = useMemo(() => itemsOf(query.data), [query.data]);
  const index = filter === null ? -1 : items.findIndex((item) => item.id === id);
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const isNearEnd = index >= 0 && index >= items.length - READ_AHEAD;
  useEffect(() => {
    if (isNearEnd && hasNextPage && !isFetching) void fetchNextPage();
  }, [isNearEnd, hasNextPage, isFetching, fetchNextPage]);

  const goTo = useCallback(
    (item: Content) => void navigate(`/view/${item.id}`, { state, replace: true }),
    [navigate, state],
  );
  const leave = useCallback(() => {
    // "default" is the first entry: there is nothing of ours to go back to.
    if (key === "default") void navigate("/gallery", { replace: true });
    else void navigate(-1);
  }, [navigate, key]);
  return {
    previous: index > 0 ? (items[index - 1] ?? null) : null,
    next: index >= 0 ? (items[index + 1] ?? null) : null,
    goTo,
    leave,
  };
}

type Pages = InfiniteData<{ readonly items: Content[] }>;

function itemsOf(data: Pages | undefined): Content[] {
  return data?.pages.flatMap((page) => page.items) ?? [];
}
