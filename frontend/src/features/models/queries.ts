import { queryOptions } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";

/** Models come and go with the ComfyUI servers, but not by the minute. */
const STALE_MS = 60_000;

export const checkpointsQuery = queryOptions({
  queryKey: ["models", "checkpoints"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/checkpoint-models", { signal })),
  staleTime: STALE_MS,
});

export const lorasQuery = queryOptions({
  queryKey: ["models", "loras"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/lora-models", { signal })),
  staleTime: STALE_MS,
});

export const samplingOptionsQuery = queryOptions({
  queryKey: ["models", "sampling-options"],
  queryFn: ({ signal }) => unwrap(api.GET("/api/v1/sampling-options", { signal })),
  staleTime: STALE_MS,
});
