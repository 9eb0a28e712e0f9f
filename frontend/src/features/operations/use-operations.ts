import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { messageOf } from "@/api/problem";
import type { Content, JobSubmit } from "@/api/types";
import { contentQuery } from "@/features/content";
import { useSubmitJob } from "@/features/jobs";
import { modelsOfKindQuery } from "@/features/models";
import { randomId } from "@/lib/random-id";
import { useToast } from "@/ui/toast";
import { canVary, enlargedFrom, upscaleModelFor, upscaleOf, VARIATION, variationOf } from "./requests";

export type Operation = "vary-subtle" | "vary-strong" | "upscale-2" | "upscale-4";

export const OPERATIONS: Readonly<Record<Operation, string>> = {
  "vary-subtle": "Vary (subtle)",
  "vary-strong": "Vary (strong)",
  "upscale-2": "Upscale 2×",
  "upscale-4": "Upscale 4×",
};

/** Return a function that submits an operation on an image; it throws an `ApiError` or an `Error`. */
export function useOperation(): (item: Content, operation: Operation) => Promise<void> {
  const client = useQueryClient();
  const { mutateAsync } = useSubmitJob();
  return useCallback(
    async (item: Content, operation: Operation) => {
      await mutateAsync({ body: await requestOf(client, item, operation), key: randomId() });
    },
    [client, mutateAsync],
  );
}

/** An enlargement of an enlargement, and so on. */
const MOST_ENLARGEMENTS = 8;

/** Return the item, or for an enlargement the one whose prompt and settings made it. */
async function withPrompt(client: QueryClient, item: Content): Promise<Content> {
  let found = item;
  for (let step = 0; step < MOST_ENLARGEMENTS && !canVary(found); step += 1) {
    const from = enlargedFrom(found);
    if (from === null) break;
    found = await client.fetchQuery(contentQuery(from));
  }
  if (!canVary(found)) throw new Error("An image without a prompt cannot be varied.");
  return found;
}

async function requestOf(client: QueryClient, item: Content, operation: Operation): Promise<JobSubmit> {
  if (operation === "vary-subtle" || operation === "vary-strong") {
    const { id: _id, ...settings } = await withPrompt(client, item);
    return variationOf(
      { ...settings, id: item.id },
      VARIATION[operation === "vary-subtle" ? "subtle" : "strong"],
    );
  }
  const scale = operation === "upscale-2" ? 2 : 4;
  const models = await client.fetchQuery(modelsOfKindQuery("upscaler"));
  const names = models.map(({ name }) => name);
  const model = upscaleModelFor(names, scale);
  if (model === null) throw new Error("No ComfyUI server has an upscale model.");
  return upscaleOf(item, model, scale);
}

/** As `useOperation`; toasts tell of success and failure. */
export function useOperationWithToast(): (item: Content, operation: Operation) => void {
  const run = useOperation();
  const toast = useToast();
  return useCallback(
    (item: Content, operation: Operation) => {
      run(item, operation)
        .then(() => toast({ message: `${OPERATIONS[operation]} submitted`, severity: "success" }))
        .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }));
    },
    [run, toast],
  );
}
