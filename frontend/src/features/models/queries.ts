import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Model } from "@/api/types";

/** Models come and go with the ComfyUI servers, but not by the minute. */
const STALE_MS = 60_000;
/** The largest page of the API; a select with more than a few hundred entries is searched, not read. */
const PAGE = 100;
const MOST_PAGES = 10;

interface ModelPage {
  readonly items: Model[];
  readonly next_cursor: string | null;
}

async function allOf(read: (cursor: { cursor?: string }) => Promise<ModelPage>): Promise<Model[]> {
  const models: Model[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found: ModelPage = await read(cursor === null ? {} : { cursor });
    models.push(...found.items);
    cursor = found.next_cursor;
    if (cursor === null) break;
  }
  return models;
}

/** What can be drawn with at present. */
export const checkpointsQuery = queryOptions({
  queryKey: ["models", "checkpoints"],
  queryFn: ({ signal }) =>
    allOf((cursor) =>
      unwrap(
        api.GET("/api/v1/checkpoint-models", {
          params: { query: { available: true, enabled: true, limit: PAGE, ...cursor } },
          signal,
        }),
      ),
    ),
  staleTime: STALE_MS,
});

const readLoras = (checkpoint: string | null, signal: AbortSignal) =>
  allOf((cursor) =>
    unwrap(
      api.GET("/api/v1/lora-models", {
        params: {
          query: {
            available: true,
            enabled: true,
            limit: PAGE,
            ...(checkpoint === null ? {} : { compatible_with: checkpoint }),
            ...cursor,
          },
        },
        signal,
      }),
    ),
  );

/** The LoRAs there are, each with how well it goes with a checkpoint. */
export const lorasQuery = (checkpoint: string | null) =>
  queryOptions({
    queryKey: ["models", "loras", checkpoint],
    queryFn: async ({ signal }) => {
      if (checkpoint === null) return readLoras(null, signal);
      const [all, fitting] = await Promise.all([readLoras(null, signal), readLoras(checkpoint, signal)]);
      return markIncompatible(all, fitting);
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });

/** All LoRAs; those that the server left out of what fits do not. */
export function markIncompatible(all: readonly Model[], fitting: readonly Model[]): Model[] {
  const known = new Map(fitting.map((model) => [model.name, model]));
  return all.map(
    (model) =>
      known.get(model.name) ?? {
        ...model,
        compatibility: { fit: "misfit", reason: `It was made for ${model.architecture} models` },
      },
  );
}

export const samplingOptionsQuery = queryOptions({
  queryKey: ["models", "sampling-options"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/sampling-options", { signal })),
  staleTime: STALE_MS,
});
