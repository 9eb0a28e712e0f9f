import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { BulkChange, Content, ContentPatch, Rating } from "@/api/types";
import { contentKeys, inPath } from "./queries";

/** A new picture exists: what shows the newest reads again; a scrolled gallery when it is next opened. */
export function forgetContentLists(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["content", "newest"] });
  void client.invalidateQueries({ queryKey: contentKeys.stats });
  void client.invalidateQueries({ queryKey: contentKeys.lists, refetchType: "none" });
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
    },
    onSettled: () => {
      forgetContentLists(client);
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
    onSuccess: async (_nothing, id) => {
      client.removeQueries({ queryKey: contentKeys.detail(id) });
      await client.invalidateQueries({ queryKey: contentKeys.lists });
      forgetContentLists(client);
    },
  });
}

/** Change many items at once; the answer says what became of each. */
export function useBulkChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: BulkChange) => unwrap(api.POST("/api/v1/content/bulk", { body })),
    onSuccess: () => client.invalidateQueries({ queryKey: contentKeys.all }),
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
    onSettled: () => client.invalidateQueries({ queryKey: contentKeys.all }),
  });
}
