import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Content, ContentListQuery, ContentPatch } from "@/api/types";

export type ContentFilter = Omit<ContentListQuery, "limit" | "cursor">;

const contentKeys = {
  all: ["content"] as const,
  lists: ["content", "list"] as const,
  list: (filter: ContentFilter) => ["content", "list", filter] as const,
  newest: (filter: ContentFilter) => ["content", "newest", filter] as const,
  detail: (id: number) => ["content", "detail", id] as const,
};

const PAGE = 100;
const inPath = (id: number) => ({ path: { content_id: id } });

const listContent = (query: ContentListQuery, signal: AbortSignal) =>
  unwrap(api.GET("/api/v1/content", { params: { query }, signal }));

export const contentQuery = (id: number) =>
  queryOptions({
    queryKey: contentKeys.detail(id),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/content/{content_id}", { params: inPath(id), signal })),
  });

/** The gallery; a page is as large as the API allows, for rows are drawn only when seen. */
export const galleryQuery = (filter: ContentFilter) =>
  infiniteQueryOptions({
    queryKey: contentKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      listContent({ ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
    // Reading a hundred pages again because a window got the focus would help nobody.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });

export const newestContentQuery = (filter: ContentFilter, limit: number) =>
  queryOptions({
    queryKey: [...contentKeys.newest(filter), limit],
    queryFn: ({ signal }) => listContent({ ...filter, limit }, signal),
  });

/** A new picture exists: what shows the newest reads again; a scrolled gallery when it is next opened. */
export function forgetContentLists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["content", "newest"] });
  void client.invalidateQueries({
    queryKey: contentKeys.lists,
    refetchType: "none",
  });
}

/** Change an item, shown at once and taken back when the server refuses. */
export function useChangeContent(id: number) {
  const client = useQueryClient();
  const queryKey = contentKeys.detail(id);
  return useMutation({
    mutationFn: (body: ContentPatch) =>
      unwrap(api.PATCH("/api/v1/content/{content_id}", { params: inPath(id), body })),
    onMutate: async (patch) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Content>(queryKey);
      if (before !== undefined)
        client.setQueryData<Content>(queryKey, { ...before, ...(patch as Partial<Content>) });
      return before;
    },
    onError: (_error, _patch, before) => client.setQueryData(queryKey, before),
    onSuccess: (item) => client.setQueryData(queryKey, item),
    onSettled: () => forgetContentLists(client),
  });
}

export function useDeleteContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) => unwrap(api.DELETE("/api/v1/content/{content_id}", { params: inPath(id) })),
    onSuccess: async (_nothing, id) => {
      client.removeQueries({ queryKey: contentKeys.detail(id) });
      await client.invalidateQueries({ queryKey: contentKeys.lists });
      forgetContentLists(client);
    },
  });
}
