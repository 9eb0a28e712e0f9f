import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  useMutation,
  useQueryClient,
} from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { ModelKind, ModelPatch, ModelSubmit } from "@/api/types";

export interface ModelFilter {
  readonly search?: string;
  readonly kind?: ModelKind[];
}

const PAGE = 50;
/** Interval of polling while a refresh runs. */
const REFRESH_POLL_MS = 1_000;

export const modelsQuery = (filter: ModelFilter) =>
  infiniteQueryOptions({
    queryKey: ["models", "admin", filter],
    queryFn: ({ pageParam, signal }) =>
      unwrap(
        api.GET("/api/v1/models", {
          params: { query: { ...filter, limit: PAGE, ...(pageParam === null ? {} : { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });

/** State of the latest refresh of the catalogue. */
export const refreshQuery = queryOptions({
  queryKey: ["models", "refresh"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/models/refresh", { signal })),
  refetchInterval: ({ state }) => (isRefreshing(state.data) ? REFRESH_POLL_MS : false),
});

interface RefreshTimes {
  readonly requested_at: string | null;
  readonly finished_at: string | null;
}

export function isRefreshing(refresh: RefreshTimes | undefined): boolean {
  if (!refresh?.requested_at) return false;
  return refresh.finished_at === null || refresh.finished_at < refresh.requested_at;
}

export function useRefreshModels() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/models/refresh")),
    onSettled: () => client.invalidateQueries({ queryKey: refreshQuery.queryKey }),
  });
}

/** Hash the model files without a hash, in the background. */
export function useHashModels() {
  return useMutation({ mutationFn: () => unwrap(api.POST("/api/v1/models/hash")) });
}

export function useAddModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ModelSubmit) => unwrap(api.POST("/api/v1/models", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["models"] }),
  });
}

/** Remove all corrections of a model. */
export function useResetModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.POST("/api/v1/models/{model_id}/reset", { params: { path: { model_id: id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["models"] }),
  });
}

/** Delete a manual entry of the catalogue that neither a folder nor a ComfyUI server has. */
export function useDeleteModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/models/{model_id}", { params: { path: { model_id: id } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: ["models"] }),
  });
}

export function useChangeModel() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, patch }: { readonly id: number; readonly patch: ModelPatch }) =>
      unwrap(api.PATCH("/api/v1/models/{model_id}", { params: { path: { model_id: id } }, body: patch })),
    onSettled: () => client.invalidateQueries({ queryKey: ["models"] }),
  });
}
