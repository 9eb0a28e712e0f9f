import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { WildcardPatch, WildcardSubmit } from "@/api/types";

const keys = {
  wildcards: ["wildcards"] as const,
  favourites: ["prompts", "favourites"] as const,
};
const MOST = 100;
const words = (search: string) => (search === "" ? {} : { search });

export const wildcardsQuery = (search = "") =>
  infiniteQueryOptions({
    queryKey: [...keys.wildcards, "list", search],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/wildcards", {
          params: {
            query: { limit: MOST, ...words(search), ...(pageParam === null ? {} : { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const wildcardQuery = (id: number) =>
  queryOptions({
    queryKey: [...keys.wildcards, id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/wildcards/{wildcard_id}", { params: { path: { wildcard_id: id } }, signal })),
  });

/** Create (null) or change a wildcard. */
export function useSaveWildcard(id: number | null) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: WildcardSubmit & WildcardPatch) =>
      id === null
        ? unwrap(api.POST("/api/v1/wildcards", { body }))
        : unwrap(
            api.PATCH("/api/v1/wildcards/{wildcard_id}", { params: { path: { wildcard_id: id } }, body }),
          ),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.wildcards }),
  });
}

export function useDeleteWildcard() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (id: number) => {
      await unwrap(api.DELETE("/api/v1/wildcards/{wildcard_id}", { params: { path: { wildcard_id: id } } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.wildcards }),
  });
}

export const previewQuery = (prompt: string, negativePrompt: string, seed: number) =>
  queryOptions({
    queryKey: [...keys.wildcards, "preview", prompt, negativePrompt, seed],
    queryFn: ({ signal }) =>
      unwrap(
        api.POST("/api/v1/wildcards/preview", {
          body: { prompt, negative_prompt: negativePrompt, seed, count: 8, combinations: 0 },
          signal,
        }),
      ),
    retry: false,
  });

export const historyQuery = (search = "") =>
  queryOptions({
    // Below the key of jobs: new jobs have new prompts.
    queryKey: ["prompts", "history", search],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/prompts", { params: { query: { limit: MOST, ...words(search) } }, signal })),
  });

export const favouritesQuery = (search = "") =>
  queryOptions({
    queryKey: [...keys.favourites, search],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/prompts/favourites", { params: { query: words(search) }, signal })),
  });

/** Keep a prompt, or stop to keep it. */
export function useFavourite() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: { readonly prompt: string; readonly negative_prompt: string } | number) => {
      if (typeof change === "number") {
        const path = { favourite_id: change };
        await unwrap(api.DELETE("/api/v1/prompts/favourites/{favourite_id}", { params: { path } }));
      } else await unwrap(api.POST("/api/v1/prompts/favourites", { body: change }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.favourites }),
  });
}
