import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { SavedSearchPatch, SavedSearchSubmit } from "@/api/types";

const KEY = ["saved-searches"] as const;
const inPath = (id: number) => ({ path: { search_id: id } });

/** All saved searches of the user, by name. */
export const savedSearchesQuery = queryOptions({
  queryKey: KEY,
  queryFn: async ({ signal }) => (await unwrap(api.GET("/api/v1/saved-searches", { signal }))).items,
  staleTime: 60_000,
});

function useRefreshed() {
  const client = useQueryClient();
  return { onSettled: () => void client.invalidateQueries({ queryKey: KEY }) };
}

export function useSaveSearch() {
  return useMutation({
    mutationFn: (body: SavedSearchSubmit) => unwrap(api.POST("/api/v1/saved-searches", { body })),
    ...useRefreshed(),
  });
}

export function useChangeSearch() {
  return useMutation({
    mutationFn: ({ id, ...body }: SavedSearchPatch & { readonly id: number }) =>
      unwrap(api.PATCH("/api/v1/saved-searches/{search_id}", { params: inPath(id), body })),
    ...useRefreshed(),
  });
}

export function useDeleteSearch() {
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/saved-searches/{search_id}", { params: inPath(id) })),
    ...useRefreshed(),
  });
}
