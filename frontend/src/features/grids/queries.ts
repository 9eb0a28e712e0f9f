import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { GridCell, GridSubmit } from "@/api/types";

/** Below the key of jobs: whatever makes a list of jobs outdated makes grids outdated. */
const gridKeys = {
  lists: ["jobs", "grids"] as const,
  detail: (id: number) => ["jobs", "grids", id] as const,
};
const PAGE = 24;

export const gridQuery = (id: number) =>
  queryOptions({
    queryKey: gridKeys.detail(id),
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/grids/{grid_id}", { params: { path: { grid_id: id } }, signal })),
  });

export const gridsQuery = infiniteQueryOptions({
  queryKey: gridKeys.lists,
  queryFn: ({ pageParam, signal }) =>
    unwrap(
      api.GET("/api/v1/grids", {
        params: { query: { limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
        signal,
      }),
    ),
  initialPageParam: null as string | null,
  getNextPageParam: (page) => page.next_cursor,
});

/** Submit a grid. Repeating it with the same key makes no second one. */
export function useSubmitGrid() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ body, key }: { readonly body: GridSubmit; readonly key: string }) =>
      unwrap(api.POST("/api/v1/grids", { body, params: { header: { "Idempotency-Key": key } } })),
    onSuccess: (grid) => {
      client.setQueryData(gridQuery(grid.id).queryKey, grid);
      void client.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
}

/** A cell by its place on each axis. */
export type CellPlace = Pick<GridCell, "x" | "y" | "z">;

/** Run the jobs of some failed, cancelled or deleted cells again. */
export function useRetryCells(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (cells: readonly CellPlace[]) =>
      unwrap(
        api.POST("/api/v1/grids/{grid_id}/cells/retry", {
          params: { path: { grid_id: id } },
          body: { cells: cells.map(({ x, y, z }) => ({ x, y, z })) },
        }),
      ),
    onSuccess: () => client.invalidateQueries({ queryKey: ["jobs"] }),
  });
}

/** Change the title of a grid. */
export function useRenameGrid(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (title: string) =>
      unwrap(api.PATCH("/api/v1/grids/{grid_id}", { params: { path: { grid_id: id } }, body: { title } })),
    onSuccess: (grid) => {
      client.setQueryData(gridQuery(id).queryKey, grid);
      return client.invalidateQueries({ queryKey: gridKeys.lists });
    },
  });
}

/** Retry the failed cells, make the deleted ones again, cancel or delete a grid. */
export function useGridAction(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (action: "retry" | "makeDeleted" | "cancel" | "delete") => {
      const params = { params: { path: { grid_id: id } } };
      if (action === "retry") await unwrap(api.POST("/api/v1/grids/{grid_id}/retry", params));
      else if (action === "makeDeleted")
        await unwrap(
          api.POST("/api/v1/grids/{grid_id}/retry", {
            params: { ...params.params, query: { cells: "deleted" } },
          }),
        );
      else if (action === "cancel") await unwrap(api.POST("/api/v1/grids/{grid_id}/cancel", params));
      else await unwrap(api.DELETE("/api/v1/grids/{grid_id}", params));
    },
    onSuccess: (_result, action) => {
      if (action === "delete") client.removeQueries({ queryKey: gridKeys.detail(id) });
      return client.invalidateQueries({ queryKey: ["jobs"] });
    },
  });
}
