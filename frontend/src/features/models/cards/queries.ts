import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { ModelDetail, ModelExample } from "@/api/types";

/** The most models that one request names. */
const MOST_NAMES = 100;

/** The newest images made with each of these models, by the name of the model. */
export const modelExamplesQuery = (names: readonly string[]) =>
  queryOptions({
    queryKey: ["models", "examples", names],
    queryFn: async ({ signal }) => {
      const found = new Map<string, ModelExample[]>();
      for (let start = 0; start < names.length; start += MOST_NAMES) {
        const query = { checkpoint_model: names.slice(start, start + MOST_NAMES), limit: 3 };
        const { items } = await unwrap(
          api.GET("/api/v1/content/model-examples", { params: { query }, signal }),
        );
        for (const item of items)
          found.set(item.checkpoint_model, [...(found.get(item.checkpoint_model) ?? []), item]);
      }
      return found;
    },
    enabled: names.length > 0,
    staleTime: 60_000,
  });

/** The settings that are used most with a model. */
export const usedSettingsQuery = (name: string) =>
  queryOptions({
    queryKey: ["models", "used-settings", name],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET("/api/v1/content/model-settings", { params: { query: { checkpoint_model: name } }, signal }),
      ),
    staleTime: 60_000,
  });

export const modelQuery = (id: number) =>
  queryOptions({
    queryKey: ["models", "detail", id],
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/v1/models/{model_id}", { params: { path: { model_id: id } }, signal })),
    staleTime: 60_000,
  });

const notesKey = ["models", "my-notes"] as const;

/** The own notes on models, by the id of the model. */
export const myNotesQuery = queryOptions({
  queryKey: notesKey,
  queryFn: async ({ signal }) => {
    const { items } = await unwrap(api.GET("/api/v1/models/notes", { signal }));
    return new Map(items.map(({ model_id: id, text }) => [id, text]));
  },
  staleTime: 60_000,
});

/** Store the own note on a model; an empty one is deleted. */
export function useSaveNote(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (text: string) =>
      unwrap(
        api.PUT("/api/v1/models/{model_id}/note", { params: { path: { model_id: id } }, body: { text } }),
      ),
    onSuccess: ({ text }) => {
      client.setQueryData<ModelDetail>(
        modelQuery(id).queryKey,
        (known) => known && { ...known, my_note: text },
      );
      void client.invalidateQueries({ queryKey: notesKey });
    },
  });
}
