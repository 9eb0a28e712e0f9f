import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { BulkFilter, ContentListQuery } from "@/api/types";
import { type ListedPage, takeSkeleton } from "./list-skeleton";

export type ContentFilter = Omit<ContentListQuery, "limit" | "cursor" | "sort"> & {
  /** `manual` is the order of a collection. */
  readonly sort?: ContentListQuery["sort"] | "manual";
  /** The items that a collection shows, those of other users included; only `sort` counts besides. */
  readonly within?: number;
};

type ListQuery = ContentFilter & Pick<ContentListQuery, "limit" | "cursor">;

export const contentKeys = {
  all: ["content"] as const,
  lists: ["content", "list"] as const,
  list: (filter: ContentFilter) => ["content", "list", filter] as const,
  pages: ["content", "page"] as const,
  page: (filter: ContentFilter, cursor: string | null) => ["content", "page", filter, cursor] as const,
  newest: (filter: ContentFilter) => ["content", "newest", filter] as const,
  neighbours: ["content", "neighbours"] as const,
  detail: (id: number) => ["content", "detail", id] as const,
  lineage: (id: number) => ["content", "lineage", id] as const,
  facets: (filter: ContentFilter) => ["content", "facets", filter] as const,
  similar: (id: number) => ["content", "similar", id] as const,
  stats: ["content", "stats"] as const,
  tags: (search: string) => ["content", "tags", search] as const,
};

const PAGE = 100;
const PICK_PAGE = 48;
export const inPath = (id: number) => ({ path: { content_id: id } });

function listContent({ within, sort, ...query }: ListQuery, signal: AbortSignal) {
  if (within !== undefined) {
    const { limit, cursor } = query;
    const page = { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) };
    return unwrap(
      api.GET("/api/v1/collections/{collection_id}/items", {
        params: { path: { collection_id: within }, query: { ...(sort && { sort }), ...page } },
        signal,
      }),
    );
  }
  const order = sort === undefined || sort === "manual" ? {} : { sort };
  return unwrap(api.GET("/api/v1/content", { params: { query: { ...query, ...order } }, signal }));
}

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

/** Of a longer text only the beginning is read. */
export const MAX_TEXT_BYTES = 2_000_000;

/** The text of a file. */
export const contentTextQuery = (id: number) =>
  queryOptions({
    queryKey: [...contentKeys.detail(id), "text"],
    queryFn: async ({ signal }): Promise<string> => {
      const headers = { Range: `bytes=0-${MAX_TEXT_BYTES - 1}` };
      const request = { params: inPath(id), headers, signal, parseAs: "text" } as const;
      return String(await unwrap(api.GET("/api/v1/content/{content_id}/file", request)));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The gallery, in the largest pages that the API allows: only visible rows are rendered. */
export const galleryQuery = (filter: ContentFilter) =>
  infiniteQueryOptions({
    queryKey: contentKeys.list(filter),
    queryFn: ({ pageParam, signal }) => listPage(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    // Restores a position deep in the list without reading the pages before it.
    initialData: () => takeSkeleton(filter),
    placeholderData: keepPreviousData,
    // Never refetched as a whole, as it may have a hundred pages: each page is refetched by itself.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

/** One page of the gallery; its result is merged into the list. */
export const galleryPageQuery = (filter: ContentFilter, cursor: string | null) =>
  queryOptions({
    queryKey: contentKeys.page(filter, cursor),
    queryFn: ({ signal }) => listPage(filter, cursor, signal),
    staleTime: 0,
    gcTime: 0,
  });

/** Own items of a type to choose from, the newest first. */
export const galleryPickQuery = (search: string, type: NonNullable<ContentFilter["content_type"]>) =>
  infiniteQueryOptions({
    queryKey: [...contentKeys.newest({ search, content_type: type }), "pick"],
    queryFn: ({ pageParam, signal }) =>
      listContent(
        {
          limit: PICK_PAGE,
          content_type: type,
          ...(search === "" ? {} : { search }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

/** Own results of a workflow, the newest first. */
export const contentOfWorkflowQuery = (workflowId: number) =>
  infiniteQueryOptions({
    queryKey: [...contentKeys.newest({ workflow_id: workflowId }), "results"],
    queryFn: ({ pageParam, signal }) =>
      listContent(
        { limit: PICK_PAGE, workflow_id: workflowId, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const newestContentQuery = (filter: ContentFilter, limit: number) =>
  queryOptions({
    queryKey: [...contentKeys.newest(filter), limit],
    queryFn: ({ signal }) => listContent({ ...filter, limit }, signal),
  });

/**
 * The number of own items that match a filter, and the filter for changing them: bounded by the newest
 * of them, so that items which arrive later are not changed.
 */
export const matchingContentQuery = ({ scope: _scope, sort: _sort, within, ...given }: ContentFilter) => {
  const filter = within === undefined ? given : { collection_id: within };
  return queryOptions({
    queryKey: [...contentKeys.newest(filter), "matching"],
    queryFn: async ({ signal }): Promise<{ readonly total: number | null; readonly filter: BulkFilter }> => {
      const { items, total } = await listContent({ ...filter, scope: "mine", limit: 1 }, signal);
      const newest = items[0]?.created_at;
      return { total, filter: newest === undefined ? filter : { ...filter, created_to: newest } };
    },
    staleTime: 0,
    gcTime: 0,
  });
};

/** Items on each side of an item that are shown with it. */
const AROUND = 15;

/** The items around one in a list, whether or not their pages are loaded. */
export const neighboursQuery = (id: number, filter: ContentFilter) =>
  queryOptions({
    queryKey: [...contentKeys.neighbours, id, filter],
    queryFn: ({ signal }) => listNeighbours(id, filter, signal),
    staleTime: 60_000,
  });

function listNeighbours(id: number, { within, sort, ...filter }: ContentFilter, signal: AbortSignal) {
  if (within !== undefined) {
    const path = { collection_id: within, content_id: id };
    const query = { around: AROUND, ...(sort && { sort }) };
    return unwrap(
      api.GET("/api/v1/collections/{collection_id}/items/{content_id}/neighbours", {
        params: { path, query },
        signal,
      }),
    );
  }
  const order = sort === undefined || sort === "manual" ? {} : { sort };
  const query = { ...filter, ...order, around: AROUND };
  return unwrap(
    api.GET("/api/v1/content/{content_id}/neighbours", { params: { ...inPath(id), query }, signal }),
  );
}

/** What an image was made from, and what was made from it. */
export const lineageQuery = (id: number) =>
  queryOptions({
    queryKey: contentKeys.lineage(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/content/{content_id}/lineage", { params: inPath(id), signal })),
  });

/** The number of items of each model, tag, type, month, rating and size in a list. */
export const facetsQuery = ({ sort: _sort, ...filter }: ContentFilter) =>
  queryOptions({
    queryKey: contentKeys.facets(filter),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/content/facets", { params: { query: filter }, signal })),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });

const SIMILAR = 12;

/** Items whose prompts have rare words in common with that of an item. */
export const similarQuery = (id: number) =>
  queryOptions({
    queryKey: contentKeys.similar(id),
    queryFn: async ({ signal }) =>
      (
        await unwrap(
          api.GET("/api/v1/content/{content_id}/similar", {
            params: { ...inPath(id), query: { limit: SIMILAR } },
            signal,
          }),
        )
      ).items,
    staleTime: 60_000,
  });

export const contentStatsQuery = queryOptions({
  queryKey: contentKeys.stats,
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/content/stats", { signal })),
});

const MAX_TAG_SUGGESTIONS = 30;

/** Tags that contain the typed text, most used first. */
export const tagsQuery = (search: string) =>
  queryOptions({
    queryKey: contentKeys.tags(search),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/tags", {
          params: { query: { limit: MAX_TAG_SUGGESTIONS, ...(search && { search }) } },
          signal,
        }),
      ),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
