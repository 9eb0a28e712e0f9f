/** Collections: what is read of them. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import { ApiError } from "@/api/problem";
import type { CollectionListQuery } from "@/api/types";

export type CollectionFilter = Omit<CollectionListQuery, "limit" | "cursor">;

export const collectionKeys = {
  all: ["collections"] as const,
  lists: ["collections", "list"] as const,
  list: (filter: CollectionFilter) => ["collections", "list", filter] as const,
  detail: (id: number) => ["collections", "detail", id] as const,
  members: (id: number) => ["collections", "members", id] as const,
  link: (id: number) => ["collections", "link", id] as const,
  images: (id: number) => ["collections", "images", id] as const,
};

const PAGE = 60;
export const inPath = (id: number) => ({ path: { collection_id: id } });

/** Own and shared collections by name. */
export const collectionsQuery = (filter: CollectionFilter) =>
  infiniteQueryOptions({
    queryKey: collectionKeys.list(filter),
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/collections", {
          params: { query: { ...filter, limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const collectionQuery = (id: number) =>
  queryOptions({
    queryKey: collectionKeys.detail(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/collections/{collection_id}", { params: inPath(id), signal })),
  });

/** The first images of a smart collection and their number: the list of collections has neither. */
export const firstImagesQuery = (id: number) =>
  queryOptions({
    queryKey: collectionKeys.images(id),
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/collections/{collection_id}/items", {
          params: { ...inPath(id), query: { limit: 4 } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });

export const membersQuery = (id: number) =>
  queryOptions({
    queryKey: collectionKeys.members(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/collections/{collection_id}/members", { params: inPath(id), signal })),
  });

/** The link of a collection; null if it has none. */
export const linkQuery = (id: number) =>
  queryOptions({
    queryKey: collectionKeys.link(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/collections/{collection_id}/link", { params: inPath(id), signal })).catch(
        (error: unknown) => {
          if (error instanceof ApiError && error.status === 404) return null;
          throw error;
        },
      ),
  });
