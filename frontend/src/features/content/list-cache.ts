/** The cached lists of items: changed in place, and refetched one page at a time. */
import { CancelledError, type QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/problem";
import { outdated, withPage } from "./list-pages";
import type { ListedPage, ListedPages } from "./list-skeleton";
import { type ContentFilter, contentKeys, galleryPageQuery, galleryQuery } from "./queries";

/** Age in milliseconds from which a list is refetched when it is shown again. */
const FRESH_MS = 15_000;

/** Apply a change to every cached list, whatever its filter. */
export function changeLists(client: QueryClient, change: (list: ListedPages) => ListedPages): void {
  client.setQueriesData<ListedPages>({ queryKey: contentKeys.lists }, (list) => list && change(list));
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
  try {
    const fresh = await client.fetchQuery(galleryPageQuery(filter, cursor));
    client.setQueryData<ListedPages>(queryKey, (list) =>
      list && isCurrent(list) ? withPage(list, cursor, fresh) : undefined,
    );
  } catch (error) {
    // The known items stay; the page is refetched the next time it is visible.
    if (!(error instanceof ApiError || error instanceof CancelledError)) throw error;
  }
}
