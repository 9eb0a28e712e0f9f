import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { ContentListQuery } from "@/api/types";
import { type ListedPage, takeSkeleton } from "./list-skeleton";

export type ContentFilter = Omit<ContentListQuery, "limit" | "cursor">;

export const contentKeys = {
  all: ["content"] as const,
  lists: ["content", "list"] as const,
  list: (filter: ContentFilter) => ["content", "list", filter] as const,
  pages: ["content", "page"] as const,
  page: (filter: ContentFilter, cursor: string | null) => ["content", "page", filter, cursor] as const,
  newest: (filter: ContentFilter) => ["content", "newest", filter] as const,
  detail: (id: number) => ["content", "detail", id] as const,
  stats: ["content", "stats"] as const,
  tags: (search: string) => ["content", "tags", search] as const,
};

const PAGE = 100;
export const inPath = (id: number) => ({ path: { content_id: id } });

const listContent = (query: ContentListQuery, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/content", { params: { query }, signal }));

async function listPage(
  filter: ContentFilter,
  cursor: string | null,
  signal: AbortSignal,
): Promise<ListedPage> {
  const page = await listContent({ ...filter, limit: PAGE, ...(cursor === null ? {} : { cursor }) }, signal);
  return { ...page, outdated: 0 };
}

export const contentQuery = (id: number) =>
  queryOptions({
    queryKey: contentKeys.detail(id),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/content/{content_id}", { params: inPath(id), signal })),
  });

/** The gallery; a page is as large as the API allows, for rows are drawn only when seen. */
export const galleryQuery = (filter: ContentFilter) =>
  infiniteQueryOptions({
    queryKey: contentKeys.list(filter),
    queryFn: ({ pageParam, signal }) => listPage(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // A place deep in the list is found again without reading all that comes before it.
    initialData: () => takeSkeleton(filter),
    placeholderData: keepPreviousData,
    // Never as a whole, for it may have a hundred pages: each is read again by itself.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** One page of the gallery by itself; what it says belongs into the list. */
export const galleryPageQuery = (filter: ContentFilter, cursor: string | null) =>
  queryOptions({
    queryKey: contentKeys.page(filter, cursor),
    queryFn: ({ signal }) => listPage(filter, cursor, signal),
    staleTime: 0,
    gcTime: 0,
  });

export const newestContentQuery = (filter: ContentFilter, limit: number) =>
  queryOptions({
    queryKey: [...contentKeys.newest(filter), limit],
    queryFn: ({ signal }) => listContent({ ...filter, limit }, signal),
  });

/** The items before and after one in a list, whatever part of it is known here. */
export const neighboursQuery = (id: number, filter: ContentFilter) =>
  queryOptions({
    queryKey: ["content", "neighbours", id, filter],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/content/{content_id}/neighbours", {
          params: { ...inPath(id), query: filter },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

export const contentStatsQuery = queryOptions({
  queryKey: contentKeys.stats,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/content/stats", { signal })),
});

const TAGS_SUGGESTED = 30;

/** Tags that begin with, or contain, what was typed; the most used first. */
export const tagsQuery = (search: string) =>
  queryOptions({
    queryKey: contentKeys.tags(search),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/tags", {
          params: { query: { limit: TAGS_SUGGESTED, ...(search && { search }) } },
          signal,
        }),
      ),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
