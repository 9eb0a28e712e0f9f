import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { Model, ModelKind } from "@/api/types";
import { architectureName } from "./architectures";

/** Available models change with the ComfyUI servers, but rarely. */
const STALE_MS = 60_000;
/** The largest page that the API allows. */
const PAGE = 100;
const MAX_PAGES = 10;

interface ModelPage {
  readonly items: Model[];
  readonly next_cursor: string | null;
}

async function readAll(read: (cursor: { cursor?: string }) => Promise<ModelPage>): Promise<Model[]> {
  const models: Model[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const found: ModelPage = await read(cursor === null ? {} : { cursor });
    models.push(...found.items);
    cursor = found.next_cursor;
    if (cursor === null) break;
  }
  return models;
}

const readCheckpoints = (signal: AbortSignal) =>
  readAll((cursor) =>
    unwrap(
      api.GET("/api/v1/checkpoint-models", {
        params: { query: { available: true, enabled: true, limit: PAGE, ...cursor } },
        signal,
      }),
    ),
  );

/** Return whether a submission can use a model: those for sound or video only run in workflows. */
export const makesImages = ({ abilities }: Pick<Model, "abilities">): boolean =>
  abilities === null ||
  [abilities.text_to_image, abilities.source, abilities.mask, abilities.references > 0].some(Boolean);

/** The enabled checkpoints that make images and are available on a ComfyUI server. */
export const checkpointsQuery = queryOptions({
  queryKey: ["models", "checkpoints"],
  queryFn: async ({ signal }) => (await readCheckpoints(signal)).filter(makesImages),
  staleTime: STALE_MS,
});

/** The same with those that make sound or video. */
export const allCheckpointsQuery = queryOptions({
  queryKey: ["models", "checkpoints", "all"],
  queryFn: ({ signal }) => readCheckpoints(signal),
  staleTime: STALE_MS,
});

const readLoras = (checkpoint: string | null, signal: AbortSignal) =>
  readAll((cursor) =>
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

/** All available LoRAs, each with its compatibility with a checkpoint. */
export const lorasQuery = (checkpoint: string | null) =>
  queryOptions({
    queryKey: ["models", "loras", checkpoint],
    queryFn: async ({ signal }) => {
      if (checkpoint === null) return readLoras(null, signal);
      const [all, compatible] = await Promise.all([readLoras(null, signal), readLoras(checkpoint, signal)]);
      return markIncompatible(all, compatible);
    },
    staleTime: STALE_MS,
    placeholderData: keepPreviousData,
  });

/** Return all LoRAs; those missing from the compatible ones are marked as misfits. */
export function markIncompatible(all: readonly Model[], compatible: readonly Model[]): Model[] {
  const known = new Map(compatible.map((model) => [model.name, model]));
  return all.map(
    (model) =>
      known.get(model.name) ?? {
        ...model,
        compatibility: { fit: "misfit", reason: `Made for ${architectureName(model.architecture)}` },
      },
  );
}

export const samplingOptionsQuery = queryOptions({
  queryKey: ["models", "sampling-options"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/sampling-options", { signal })),
  staleTime: STALE_MS,
});

/** The enabled models of a kind that are available on a ComfyUI server. */
export const modelsOfKindQuery = (kind: ModelKind) =>
  queryOptions({
    queryKey: ["models", "kind", kind],
    queryFn: ({ signal }) =>
      readAll((cursor) =>
        unwrap(
          api.GET("/api/v1/models", {
            params: { query: { kind: [kind], available: true, enabled: true, limit: PAGE, ...cursor } },
            signal,
          }),
        ),
      ),
    staleTime: STALE_MS,
  });
