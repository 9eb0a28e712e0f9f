import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { BulkChange, Content, ContentPatch, Rating } from "@/api/types";
import { changeLists, markListsOutdated } from "./list-cache";
import { withItem, withoutItems } from "./list-pages";
import { contentKeys, inPath } from "./queries";

/** A new picture exists: what shows the newest reads again; of the gallery what is looked at. */
export function refreshContentLists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["content", "newest"] });
  void client.invalidateQueries({ queryKey: contentKeys.stats });
  markListsOutdated(client);
}

/** Many items have changed: everything of them reads again, of the gallery what is looked at. */
function refreshContent(client: QueryClient): void {
  markListsOutdated(client);
  void client.invalidateQueries({
    queryKey: contentKeys.all,
    predicate: ({ queryKey }) => queryKey[1] !== "list" && queryKey[1] !== "page",
  });
}

/** What is shown of an item at once, and taken back when the server refuses. */
function optimistic<Change>(
  client: QueryClient,
  id: number,
  apply: (item: Content, change: Change) => Content,
) {
  const queryKey = contentKeys.detail(id);
  return {
    onMutate: async (change: Change) => {
      await client.cancelQueries({ queryKey });
      const before = client.getQueryData<Content>(queryKey);
      if (before !== undefined) client.setQueryData<Content>(queryKey, apply(before, change));
      return { before };
    },
    onError: (
      _error: Error,
      _change: Change,
      result: { readonly before: Content | undefined } | undefined,
    ) => {
      client.setQueryData(queryKey, result?.before);
    },
    onSuccess: (item: Content) => {
      client.setQueryData(queryKey, item);
      changeLists(client, (list) => withItem(list, item));
    },
    onSettled: () => {
      refreshContentLists(client);
      void client.invalidateQueries({ queryKey: ["content", "tags"] });
    },
  };
}

/** Change title, tags or visibility. */
export function useChangeContent(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ContentPatch) =>
      unwrap(api.PATCH("/api/v1/content/{content_id}", { params: { ...inPath(id) }, body })),
    ...optimistic<ContentPatch>(client, id, (item, patch) => ({ ...item, ...(patch as Partial<Content>) })),
  });
}

/** Rate an item, or take the rating back with null. */
export function useRateContent(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rating: Rating) =>
      unwrap(api.PUT("/api/v1/content/{content_id}/rating", { params: { ...inPath(id) }, body: { rating } })),
    ...optimistic<Rating>(client, id, (item, rating) => ({ ...item, my_rating: rating })),
  });
}

/** Put an item into the trash. */
export function useDeleteContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/content/{content_id}", { params: { ...inPath(id) } })),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: contentKeys.detail(id) });
      changeLists(client, (list) => withoutItems(list, new Set([id])));
      refreshContentLists(client);
    },
  });
}

/** What takes an item from the list in which it was ticked. */
const MOVING: ReadonlySet<BulkChange["action"]> = new Set(["delete", "restore", "purge"]);

/** Change many items at once; the answer says what became of each. */
export function useBulkChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BulkChange) => unwrap(api.POST("/api/v1/content/bulk", { body })),
    onSuccess: ({ items }, { action }) => {
      const done = items.filter(({ status }) => status === "done").map(({ id }) => id);
      if (MOVING.has(action)) changeLists(client, (list) => withoutItems(list, new Set(done)));
      refreshContent(client);
    },
  });
}

/** Purge the trash; asks again as long as the server says that there is more. */
export function useEmptyTrash() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      let purged = 0;
      for (;;) {
        const answer = await unwrap(api.DELETE("/api/v1/content/trash"));
        purged += answer.purged;
        if (!answer.has_more || answer.purged === 0) return purged;
      }
    },
    onSettled: () => refreshContent(client),
  });
}
