/** Presets and styles: what is read of them, and what changes them. */
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Preset, PresetImport, PresetPatch, PresetSubmit } from "@/api/types";

export type Kind = Preset["kind"];

const keys = {
  all: ["presets"] as const,
  list: (kind: Kind | null, search: string) => ["presets", "list", kind, search] as const,
  detail: (id: number) => ["presets", "detail", id] as const,
};
const PAGE = 60;
const inPath = (id: number) => ({ path: { preset_id: id } });

/** Own and shared presets and styles by name; null: both kinds. */
export const presetsQuery = (kind: Kind | null, search = "") =>
  infiniteQueryOptions({
    queryKey: keys.list(kind, search),
    queryFn: ({ pageParam, signal }) => {
      const query = {
        limit: PAGE,
        ...(kind !== null && { kind }),
        ...(search !== "" && { search }),
        ...(pageParam !== null && { cursor: pageParam }),
      };
      return unwrap(api.GET("/api/v1/presets", { params: { query }, signal }));
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor,
  });

export const presetQuery = (id: number) =>
  queryOptions({
    queryKey: keys.detail(id),
    queryFn: ({ signal }) => unwrap(api.GET("/api/v1/presets/{preset_id}", { params: inPath(id), signal })),
  });

/** Run a change, and refetch the presets after it. */
function useChange<Change, Result>(run: (change: Change) => Promise<Result>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: run,
    onSuccess: () => client.invalidateQueries({ queryKey: keys.all }),
  });
}

/** The fields of a new preset; those that are omitted are empty. */
export type NewPreset = Pick<PresetSubmit, "kind" | "name"> & Partial<PresetSubmit>;

const EMPTY = { description: "", prompt: "", negative_prompt: "", settings: {}, is_shared: false };

export const useCreatePreset = () =>
  useChange((preset: NewPreset) => unwrap(api.POST("/api/v1/presets", { body: { ...EMPTY, ...preset } })));

export const useChangePreset = () =>
  useChange(({ id, patch }: { readonly id: number; readonly patch: PresetPatch }) =>
    unwrap(api.PATCH("/api/v1/presets/{preset_id}", { params: inPath(id), body: patch })),
  );

export const useDeletePreset = () =>
  useChange((id: number) => unwrap(api.DELETE("/api/v1/presets/{preset_id}", { params: inPath(id) })));

/** Restore a deleted preset as it was, with its id. */
export const useRestorePreset = () =>
  useChange((id: number) => unwrap(api.POST("/api/v1/presets/{preset_id}/restore", { params: inPath(id) })));

const NO_IMPORT: PresetImport = { version: 1, presets: [], csv: "", json: "", replace: false };

/** Store the presets of a file; names that are taken are skipped unless `replace` is set. */
export const useImportPresets = () =>
  useChange((file: Partial<PresetImport>) =>
    unwrap(api.POST("/api/v1/presets/import", { body: { ...NO_IMPORT, ...file } })),
  );
