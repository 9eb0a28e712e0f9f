import { type Query, type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { api, unwrap } from "@/api/client";
import type { BulkChange, Content, ContentPatch, Rating } from "@/api/types";
import { changeAll } from "./bulk";
import { changeLists, markListsOutdated } from "./list-cache";
import { withItem, withoutItems } from "./list-pages";
import { contentKeys, inPath } from "./queries";

/**
 * Refetch the newest items, lineages and statistics, and mark the pages of all lists as outdated. The
 * lineage of a removed item, which may still be shown, is not asked for: it has none any more.
 */
export function refreshContentLists(client: QueryClient, removedId?: number): void {
  void client.invalidateQueries({ queryKey: ["content", "newest"] });
  void client.invalidateQueries({ queryKey: ["content", "lineage"], predicate: isNotOf(removedId) });
  void client.invalidateQueries({ queryKey: contentKeys.stats });
  markListsOutdated(client);
}

/** Below the keys of lineages and neighbours, the third part is the id of the item. */
const isNotOf =
  (id: number | undefined) =>
  ({ queryKey }: Pick<Query, "queryKey">): boolean =>
    queryKey[2] !== id;

/** Refetch jobs, which refer to items. This feature knows only the key: jobs depend on it. */
function refetchJobs(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: ["jobs"] });
}

/** Refetch everything about items after many changed, and mark the pages of all lists as outdated. */
function refreshContent(client: QueryClient): void {
  markListsOutdated(client);
  void client.invalidateQueries({
    queryKey: contentKeys.all,
    predicate: ({ queryKey }) => queryKey[1] !== "list" && queryKey[1] !== "page",
  });
}

/** Return mutation options that show a change of an item at once and undo it when the request fails. */
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

/** Rate an item; null removes the rating. */
export function useRateContent(id: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (rating: Rating) =>
      unwrap(api.PUT("/api/v1/content/{content_id}/rating", { params: { ...inPath(id) }, body: { rating } })),
    ...optimistic<Rating>(client, id, (item, rating) => ({ ...item, my_rating: rating })),
  });
}

interface Mark {
  readonly item: Content;
  readonly isFavourite: boolean;
}

/** Mark an item as a favourite, or remove the mark; shown at once and undone when the request fails. */
export function useMarkFavourite() {
  const client = useQueryClient();
  const show = (item: Content, isFavourite: boolean) => {
    const marked = { ...item, is_favourite: isFavourite };
    client.setQueryData<Content>(contentKeys.detail(item.id), (known) => known && { ...known, ...marked });
    changeLists(client, (list) => withItem(list, marked));
  };
  return useMutation({
    mutationFn: ({ item, isFavourite }: Mark) =>
      unwrap(
        api.PUT("/api/v1/content/{content_id}/favourite", {
          params: inPath(item.id),
          body: { is_favourite: isFavourite },
        }),
      ),
    onMutate: ({ item, isFavourite }) => show(item, isFavourite),
    onError: (_error, { item }) => show(item, item.is_favourite),
    onSuccess: (item) => show(item, item.is_favourite),
    onSettled: () => refreshContentLists(client),
  });
}

/** Move an item to the trash. */
export function useDeleteContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.DELETE("/api/v1/content/{content_id}", { params: { ...inPath(id) } })),
    onSuccess: (_nothing, id) => {
      client.removeQueries({ queryKey: contentKeys.detail(id) });
      changeLists(client, (list) => withoutItems(list, new Set([id])));
      refreshAfterRemoval(client, id);
    },
  });
}

/** Restore an item from the trash. */
export function useRestoreContent() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(api.POST("/api/v1/content/{content_id}/restore", { params: { ...inPath(id) } })),
    onSuccess: () => refreshAfterRemoval(client),
  });
}

/** Refetch what refers to an item that was removed or restored. */
function refreshAfterRemoval(client: QueryClient, removedId?: number): void {
  refreshContentLists(client, removedId);
  refetchJobs(client);
  void client.invalidateQueries({ queryKey: contentKeys.neighbours, predicate: isNotOf(removedId) });
}

/** Actions that remove items from the list in which they were selected. */
const REMOVING_ACTIONS: ReadonlySet<BulkChange["action"]> = new Set(["delete", "restore", "purge"]);

/** Change many items at once; returns the outcome of each. */
export function useBulkChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: changeAll,
    onSuccess: (items, { action }) => {
      const done = items.filter(({ status }) => status === "done").map(({ id }) => id);
      if (REMOVING_ACTIONS.has(action)) {
        changeLists(client, (list) => withoutItems(list, new Set(done)));
        refetchJobs(client);
      }
      refreshContent(client);
    },
  });
}

/** Purge the trash, with further requests while the response reports more items. */
export function useEmptyTrash() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      let purged = 0;
      for (;;) {
        const response = await unwrap(api.DELETE("/api/v1/content/trash"));
        purged += response.purged;
        if (!response.has_more || response.purged === 0) return purged;
      }
    },
    onSettled: () => refreshContent(client),
  });
}
