/** Collections: what changes them. */
import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { BulkFilter, BulkOutcome, CollectionPatch, CollectionSubmit } from "@/api/types";
import { refreshContentLists } from "@/features/content";
import type { Run } from "./order/runs";
import { collectionKeys, inPath } from "./queries";

/** Items by their ids, or all own items that match a filter. */
export type Chosen =
  | { readonly ids: readonly number[]; readonly filter?: never }
  | { readonly filter: BulkFilter; readonly ids?: never };

/** The most items that one request names. */
const MAX_IDS = 500;

function refresh(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: collectionKeys.all });
}

/** A collection to create; with a filter it is a smart one. */
type NewCollection = Pick<CollectionSubmit, "name" | "parent_id" | "filter"> & {
  readonly description?: string;
};

export function useCreateCollection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewCollection) =>
      unwrap(api.POST("/api/v1/collections", { body: { description: "", ...body } })),
    onSuccess: () => refresh(client),
  });
}

interface Change {
  readonly id: number;
  readonly patch: CollectionPatch;
}

/** Rename, describe, move, archive or restore a collection, or choose its cover. */
export function useChangeCollection() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, patch }: Change) =>
      unwrap(api.PATCH("/api/v1/collections/{collection_id}", { params: inPath(id), body: patch })),
    onSuccess: (collection) => {
      client.setQueryData(collectionKeys.detail(collection.id), collection);
      refresh(client);
    },
  });
}

/** Delete a collection with those inside it; the items remain in the gallery. */
export const deleteCollection = (id: number): Promise<unknown> =>
  unwrap(
    api.DELETE("/api/v1/collections/{collection_id}", {
      params: { ...inPath(id), query: { recursive: true } },
    }),
  );

/** Move items of a collection, one run after the other. */
export async function moveItems(id: number, runs: readonly Run[]): Promise<void> {
  for (const { ids, place } of runs) {
    const body = { ids: [...ids], ...place };
    await unwrap(api.POST("/api/v1/collections/{collection_id}/items/move", { params: inPath(id), body }));
  }
}

/** End the membership of a user. */
export const leaveCollection = (id: number, userId: string): Promise<unknown> =>
  unwrap(
    api.DELETE("/api/v1/collections/{collection_id}/members/{user_id}", {
      params: { path: { collection_id: id, user_id: userId } },
    }),
  );

export type ItemsAction = "add" | "remove";

interface ItemsChange {
  readonly id: number;
  readonly action: ItemsAction;
  readonly chosen: Chosen;
}

/** Add items to a collection or remove them; returns the outcome of each. */
export function useChangeItems() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ id, action, chosen }: ItemsChange) => changeItems(id, action, chosen),
    onSuccess: () => {
      refresh(client);
      refreshContentLists(client);
    },
  });
}

async function changeItems(id: number, action: ItemsAction, chosen: Chosen): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const part of partsOf(chosen)) {
    let cursor: string | null = null;
    do {
      const body: typeof part & { cursor: string | null } = { ...part, cursor };
      const answer: { items: BulkOutcome[]; next_cursor: string | null } = await unwrap(
        action === "add"
          ? api.POST("/api/v1/collections/{collection_id}/items", { params: inPath(id), body })
          : api.POST("/api/v1/collections/{collection_id}/items/remove", { params: inPath(id), body }),
      );
      outcomes.push(...answer.items);
      cursor = answer.next_cursor;
    } while (cursor !== null);
  }
  return outcomes;
}

function partsOf(chosen: Chosen): ({ ids: number[] } | { filter: BulkFilter })[] {
  if (chosen.ids === undefined) return [{ filter: chosen.filter }];
  const { ids } = chosen;
  const starts = Array.from({ length: Math.ceil(ids.length / MAX_IDS) }, (_, part) => part * MAX_IDS);
  return starts.map((start) => ({ ids: ids.slice(start, start + MAX_IDS) }));
}

/** Return the items that were changed. */
export const changedOf = (outcomes: readonly BulkOutcome[]): number[] =>
  outcomes.filter(({ status }) => status === "done").map(({ id }) => id);
