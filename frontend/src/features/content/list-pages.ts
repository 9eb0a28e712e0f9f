/** How a list of pictures that is shown becomes what the server has, page by page. */
import type { Content } from "@/api/types";
import { isSkeleton, type Listed, type ListedPage, type ListedPages } from "./list-skeleton";

/** Say that every page may have changed: each is read again once it is looked at. */
export function outdated({ pages, pageParams }: ListedPages): ListedPages {
  return { pages: pages.map((page) => ({ ...page, outdated: page.outdated + 1 })), pageParams };
}

/** Put what is known of a picture in the place of what was known before. */
export function withItem(list: ListedPages, item: Content): ListedPages {
  const isIt = (known: Listed) => known.id === item.id && !isSkeleton(known);
  if (!list.pages.some((page) => page.items.some(isIt))) return list;
  const pages = list.pages.map((page) =>
    page.items.some(isIt)
      ? { ...page, items: page.items.map((known) => (isIt(known) ? item : known)) }
      : page,
  );
  return { ...list, pages };
}

/** Take pictures out, and out of the total. */
export function withoutItems({ pages, pageParams }: ListedPages, ids: ReadonlySet<number>): ListedPages {
  const left = pages.map((page) => without(page, ids));
  const gone = sizeOf(pages) - sizeOf(left);
  return {
    pages: left.map((page) => (page.total === null ? page : { ...page, total: page.total - gone })),
    pageParams,
  };
}

/**
 * Put a page that was read again in the place of what it was.
 *
 * The last of its pictures that was known tells where the old list goes on: what lay before it and is
 * not on the new page is gone; what follows it, of its page too, is read from where the new page
 * ends, for newer pictures push older ones on. With nothing in common nothing old that followed is
 * believed. What moved within the list may be missed here; the page that follows will tell.
 */
export function withPage(list: ListedPages, cursor: string | null, fresh: ListedPage): ListedPages {
  const place = list.pageParams.indexOf(cursor);
  const ids = new Set(fresh.items.map(({ id }) => id));
  const before = list.pages.slice(0, place).map((page) => without(page, ids));
  const head = { pages: [...before, fresh], pageParams: list.pageParams.slice(0, place + 1) };
  const { last, end } = placeOfLast(list.pages, place, fresh.items);
  const shared = list.pages[last];
  if (shared === undefined || fresh.next_cursor === null) return head;
  const left = without({ ...shared, items: shared.items.slice(end + 1) }, ids);
  const follows = left.items.length > 0 ? [{ ...left, total: null, outdated: left.outdated || 1 }] : [];
  return {
    pages: [...head.pages, ...follows, ...list.pages.slice(last + 1).map((page) => without(page, ids))],
    pageParams: [
      ...head.pageParams,
      ...follows.map(() => fresh.next_cursor),
      ...list.pageParams.slice(last + 1),
    ],
  };
}

/** Where the last of some pictures that is known from a page on is: its page, and its place on that. */
function placeOfLast(pages: readonly ListedPage[], from: number, items: readonly Listed[]) {
  const places = new Map<number, { readonly last: number; readonly end: number }>();
  for (const [at, page] of pages.slice(from).entries()) {
    for (const [end, { id }] of page.items.entries()) places.set(id, { last: from + at, end });
  }
  const known = items.findLast(({ id }) => places.has(id));
  return (known && places.get(known.id)) ?? { last: -1, end: -1 };
}

function without(page: ListedPage, ids: ReadonlySet<number>): ListedPage {
  if (!page.items.some(({ id }) => ids.has(id))) return page;
  return { ...page, items: page.items.filter(({ id }) => !ids.has(id)) };
}

const sizeOf = (pages: readonly ListedPage[]): number =>
  pages.reduce((sum, page) => sum + page.items.length, 0);
