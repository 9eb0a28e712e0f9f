/** The cached lists of items: changed in place, and refetched one page at a time. */
import { CancelledError, type QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/problem";
import { arrivalsOn, outdated, withoutArrivals, withoutItems, withPage } from "./list-pages";
import type { ListedPage, ListedPages } from "./list-skeleton";
import { type ContentFilter, contentKeys, galleryPageQuery, galleryQuery } from "./queries";

/** Age in milliseconds from which a list is refetched when it is shown again. */
const FRESH_MS = 15_000;

/** Apply a change to every cached list, whatever its filter. */
export function changeLists(client: QueryClient, change: (list: ListedPages) => ListedPages): void {
  client.setQueriesData<ListedPages>({ queryKey: contentKeys.lists }, (list) => list && change(list));
}

/** Remove items from one list: they no longer belong to it. */
export function removeFromList(client: QueryClient, filter: ContentFilter, ids: readonly number[]): void {
  client.setQueryData<ListedPages>(
    galleryQuery(filter).queryKey,
    (list) => list && withoutItems(list, new Set(ids)),
  );
}

/** Mark all pages of every list as outdated: each is refetched when it is visible. */
export function markListsOutdated(client: QueryClient): void {
  // A response on its way may describe the state before the change.
  void client.cancelQueries({ queryKey: contentKeys.pages });
  changeLists(client, outdated);
}

/** Mark the pages of one list as outdated if it was read a while ago. */
export function markOldListOutdated(client: QueryClient, filter: ContentFilter): void {
  const { queryKey } = galleryQuery(filter);
  const known = client.getQueryState<ListedPages>(queryKey);
  if (known?.data === undefined || Date.now() - known.dataUpdatedAt < FRESH_MS) return;
  client.setQueryData<ListedPages>(queryKey, outdated(known.data));
}

/** New items of a list that it does not contain yet: the first page with them, and their number. */
export interface ArrivedItems {
  readonly page: ListedPage;
  readonly count: number;
}

/**
 * Refetch the outdated first page of a list. New items are added if `addsNew` returns true then, and
 * returned otherwise; returns null without new items, undefined if the page could not be refetched.
 */
export async function refetchFirstPage(
  client: QueryClient,
  filter: ContentFilter,
  page: ListedPage,
  addsNew: () => boolean,
): Promise<ArrivedItems | null | undefined> {
  const { queryKey } = galleryQuery(filter);
  const fresh = await fetchPage(client, filter, null);
  const list = client.getQueryData<ListedPages>(queryKey);
  if (fresh === null || list?.pages[0] !== page) return undefined;
  const count = arrivalsOn(fresh, list).length;
  const isAdded = count === 0 || addsNew();
  client.setQueryData(queryKey, isAdded ? withPage(list, null, fresh) : withoutArrivals(list, fresh));
  return isAdded ? null : { page: fresh, count };
}

/** Show a refetched first page with its new items, and mark it as outdated: it may be old. */
export function showFirstPage(client: QueryClient, filter: ContentFilter, page: ListedPage): void {
  client.setQueryData<ListedPages>(
    galleryQuery(filter).queryKey,
    (list) => list && withPage(list, null, { ...page, outdated: 1 }),
  );
}

/** Return the page, or null when it cannot be fetched: it is fetched again the next time it is visible. */
async function fetchPage(
  client: QueryClient,
  filter: ContentFilter,
  cursor: string | null,
): Promise<ListedPage | null> {
  try {
    return await client.fetchQuery(galleryPageQuery(filter, cursor));
  } catch (error) {
    if (error instanceof ApiError || error instanceof CancelledError) return null;
    throw error;
  }
}

/** Refetch an outdated page, once for simultaneous calls; has no effect if the page changes meanwhile. */
export async function refetchPage(
  client: QueryClient,
  filter: ContentFilter,
  cursor: string | null,
  page: ListedPage,
): Promise<void> {
  const { queryKey } = galleryQuery(filter);
  const isCurrent = (list: ListedPages | undefined) => list?.pages[list.pageParams.indexOf(cursor)] === page;
  if (!isCurrent(client.getQueryData<ListedPages>(queryKey))) return;
  const fresh = await fetchPage(client, filter, cursor);
  if (fresh === null) return;
  client.setQueryData<ListedPages>(queryKey, (list) =>
    list && isCurrent(list) ? withPage(list, cursor, fresh) : undefined,
  );
}
