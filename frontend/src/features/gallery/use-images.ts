import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import {
  type ContentFilter,
  galleryQuery,
  type Listed,
  type ListedPage,
  type ListedPages,
  markOldListOutdated,
  refetchPage,
  storeSkeleton,
} from "@/features/content";
import type { PagedQuery } from "@/lib/use-next-page";
import { type Arrivals, hasArrivals, useArrivals } from "./use-arrivals";

export interface OutdatedPage {
  readonly cursor: string | null;
  readonly page: ListedPage;
}

export interface ImageList {
  readonly items: readonly Listed[];
  /** Pages that must be fetched again once they are shown, by the ids of their images. */
  readonly outdated: ReadonlyMap<number, OutdatedPage>;
  readonly arrivals: Arrivals;
  /** Null if there are more than the server counts, undefined while not known. */
  readonly total: number | null | undefined;
  readonly isPending: boolean;
  /** The items belong to the previous filter. */
  readonly isStale: boolean;
  readonly error: unknown;
  /** For loading more pages. */
  readonly query: PagedQuery;
  readonly retry: () => void;
}

/** Return the images of a list, loaded page by page. */
export function useImages(filter: ContentFilter): ImageList {
  const query = useInfiniteQuery(galleryQuery(filter));
  const { data, refetch } = query;
  useStoredOutline(filter);
  const known = query.isPlaceholderData ? undefined : (data as ListedPages | undefined);
  useFreshPages(filter, known);
  const items = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const outdated = useMemo(() => outdatedOf(known, filter), [known, filter]);
  const arrivals = useArrivals(filter, known);
  return {
    items,
    outdated,
    arrivals,
    total: data?.pages[0]?.total,
    isPending: query.isPending,
    isStale: query.isPlaceholderData,
    error: data === undefined ? query.error : null,
    query,
    retry: () => void refetch(),
  };
}

const NONE_OUTDATED: ReadonlyMap<number, OutdatedPage> = new Map();

function outdatedOf(list: ListedPages | undefined, filter: ContentFilter): ReadonlyMap<number, OutdatedPage> {
  const found = new Map<number, OutdatedPage>();
  for (const [place, page] of list?.pages.entries() ?? []) {
    if (page.outdated === 0 || (place === 0 && hasArrivals(filter, page))) continue;
    const entry = { cursor: list?.pageParams[place] ?? null, page };
    for (const { id } of page.items) found.set(id, entry);
  }
  // The same map each time, so that no tile is drawn again when another page has been loaded.
  return found.size === 0 ? NONE_OUTDATED : found;
}

/** Mark pages that were fetched a while ago as outdated, and fetch outdated pages without images again. */
function useFreshPages(filter: ContentFilter, list: ListedPages | undefined): void {
  const client = useQueryClient();
  useEffect(() => markOldListOutdated(client, filter), [client, filter]);
  useEffect(() => {
    const place = list?.pages.findIndex((page) => page.outdated > 0 && page.items.length === 0) ?? -1;
    const page = list?.pages[place];
    if (page !== undefined) void refetchPage(client, filter, list?.pageParams[place] ?? null, page);
  }, [client, filter, list]);
}

/** Store the sizes of the images when the list is left, also by a reload. */
function useStoredOutline(filter: ContentFilter): void {
  const client = useQueryClient();
  useEffect(() => {
    const store = () => {
      const known = client.getQueryData<ListedPages>(galleryQuery(filter).queryKey);
      if (known !== undefined) storeSkeleton(filter, known);
    };
    window.addEventListener("pagehide", store);
    return () => {
      window.removeEventListener("pagehide", store);
      store();
    };
  }, [client, filter]);
}
