/** The lists of pictures in the cache: changed in place, and read again one page at a time. */
import { CancelledError, type QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/problem";
import { outdated, withPage } from "./list-pages";
import type { ListedPage, ListedPages } from "./list-skeleton";
import { type ContentFilter, contentKeys, galleryPageQuery, galleryQuery } from "./queries";

/** How long a list is believed, in milliseconds, when one comes back to it. */
const BELIEVED_MS = 15_000;

/** Change every list that is known, whatever its filter. */
export function changeLists(client: QueryClient, change: (list: ListedPages) => ListedPages): void {
  client.setQueriesData<ListedPages>({ queryKey: contentKeys.lists }, (list) => list && change(list));
}

/** Have the pages of every list read again once they are looked at. */
export function markListsOutdated(client: QueryClient): void {
  // What is being read may have been written down before the change.
  void client.cancelQueries({ queryKey: contentKeys.pages });
  changeLists(client, outdated);
}

/** Have the pages of one list read again if it was read a while ago. */
export function markOldListOutdated(client: QueryClient, filter: ContentFilter): void {
  const { queryKey } = galleryQuery(filter);
  const known = client.getQueryState<ListedPages>(queryKey);
  if (known?.data === undefined || Date.now() - known.dataUpdatedAt < BELIEVED_MS) return;
  client.setQueryData<ListedPages>(queryKey, outdated(known.data));
}

/** Read an outdated page of a list again, once however many ask; of no effect when it changes meanwhile. */
export async function readPage(
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
    // What is known stays on the page; it is asked for again when somebody next looks.
    if (!(error instanceof ApiError || error instanceof CancelledError)) throw error;
  }
}
