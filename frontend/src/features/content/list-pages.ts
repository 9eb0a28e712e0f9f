/** Updates of a shown list of items to the state of the API, page by page; pure functions. */
import type { Content } from "@/api/types";
import { isSkeleton, type Listed, type ListedPage, type ListedPages } from "./list-skeleton";

/** Mark every page as outdated: each is refetched when it is visible. */
export function outdated({ pages, pageParams }: ListedPages): ListedPages {
  return { pages: pages.map((page) => ({ ...page, outdated: page.outdated + 1 })), pageParams };
}

/** Return the items of a refetched first page that come before all known items: they are new. */
export function arrivalsOn(fresh: ListedPage, { pages }: ListedPages): readonly Listed[] {
  const known = new Set(pages.flatMap((page) => page.items.map(({ id }) => id)));
  const end = fresh.items.findIndex(({ id }) => known.has(id));
  return end === -1 ? fresh.items : fresh.items.slice(0, end);
}

/** Replace the first page of the list by its refetched version, without its new items. */
export function withoutArrivals(list: ListedPages, fresh: ListedPage): ListedPages {
  const arrived = new Set(arrivalsOn(fresh, list).map(({ id }) => id));
  const [first] = list.pages;
  if (arrived.size === fresh.items.length && first !== undefined) {
    return { ...list, pages: [{ ...first, outdated: 0 }, ...list.pages.slice(1)] };
  }
  const total = fresh.total === null ? null : fresh.total - arrived.size;
  return withPage(list, null, { ...without(fresh, arrived), total });
}

/** Replace an item of the list by its new version. */
export function withItem(list: ListedPages, item: Content): ListedPages {
  const isSame = (known: Listed) => known.id === item.id && !isSkeleton(known);
  if (!list.pages.some((page) => page.items.some(isSame))) return list;
  const pages = list.pages.map((page) =>
    page.items.some(isSame)
      ? { ...page, items: page.items.map((known) => (isSame(known) ? item : known)) }
      : page,
  );
  return { ...list, pages };
}

/** Remove items, and subtract them from the total. */
export function withoutItems({ pages, pageParams }: ListedPages, ids: ReadonlySet<number>): ListedPages {
  const remaining = pages.map((page) => without(page, ids));
  const removed = sizeOf(pages) - sizeOf(remaining);
  return {
    pages: remaining.map((page) => (page.total === null ? page : { ...page, total: page.total - removed })),
    pageParams,
  };
}

/**
 * Replace a page of the list by its refetched version.
 *
 * The last item of the new page that was known marks where the old list continues. Old items before it
 * that are not on the new page are dropped. Old items after it stay, and those that share its page
 * become an outdated page that starts at the new cursor, because newer items push older ones on.
 * Without a known item, everything after the new page is dropped. Items that moved within the list
 * can be missing until the next page is refetched.
 */
export function withPage(list: ListedPages, cursor: string | null, fresh: ListedPage): ListedPages {
  const index = list.pageParams.indexOf(cursor);
  const ids = new Set(fresh.items.map(({ id }) => id));
  const before = list.pages.slice(0, index).map((page) => without(page, ids));
  const head = { pages: [...before, fresh], pageParams: list.pageParams.slice(0, index + 1) };
  const { last, end } = positionOfLast(list.pages, index, fresh.items);
  const shared = list.pages[last];
  if (shared === undefined || fresh.next_cursor === null) return head;
  const rest = without({ ...shared, items: shared.items.slice(end + 1) }, ids);
  const follows = rest.items.length > 0 ? [{ ...rest, total: null, outdated: rest.outdated || 1 }] : [];
  return {
    pages: [...head.pages, ...follows, ...list.pages.slice(last + 1).map((page) => without(page, ids))],
    pageParams: [
      ...head.pageParams,
      ...follows.map(() => fresh.next_cursor),
      ...list.pageParams.slice(last + 1),
    ],
  };
}

/**
 * Return the page and the index on it of the last known item, searching the pages from `from` on; -1
 * if none is known.
 */
function positionOfLast(pages: readonly ListedPage[], from: number, items: readonly Listed[]) {
  const positions = new Map<number, { readonly last: number; readonly end: number }>();
  for (const [at, page] of pages.slice(from).entries()) {
    for (const [end, { id }] of page.items.entries()) positions.set(id, { last: from + at, end });
  }
  const known = items.findLast(({ id }) => positions.has(id));
  return (known && positions.get(known.id)) ?? { last: -1, end: -1 };
}

function without(page: ListedPage, ids: ReadonlySet<number>): ListedPage {
  if (!page.items.some(({ id }) => ids.has(id))) return page;
  return { ...page, items: page.items.filter(({ id }) => !ids.has(id)) };
}

const sizeOf = (pages: readonly ListedPage[]): number =>
  pages.reduce((sum, page) => sum + page.items.length, 0);
