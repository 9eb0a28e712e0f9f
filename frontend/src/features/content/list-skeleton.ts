/** The skeleton of a list, kept across a reload: ids and sizes of its items, and the cursors of its pages. */
import type { InfiniteData } from "@tanstack/react-query";
import type { Content } from "@/api/types";

/** An item of which only id and size are known until its page is refetched. */
export type SkeletonItem = Pick<Content, "id" | "width" | "height">;

export type Listed = Content | SkeletonItem;

export interface ListedPage {
  readonly items: readonly Listed[];
  readonly next_cursor: string | null;
  readonly total: number | null;
  /** How often the page was marked as outdated since it was read; 0 means up to date. */
  readonly outdated: number;
}

export type ListedPages = InfiniteData<ListedPage, string | null>;

export const isSkeleton = (item: Listed): item is SkeletonItem => !("title" in item);

const STORED_AS = "genonaut:gallery";
/** About twenty bytes per item; session storage holds a few million bytes. */
const MAX_ITEMS = 50_000;

type StoredPage = readonly [cursor: string | null, next: string | null, sizes: readonly number[]];

interface Stored {
  readonly list: string;
  readonly total: number | null;
  readonly pages: readonly StoredPage[];
}

/** Store the skeleton of a list for a reload of the page; larger lists are not stored. */
export function storeSkeleton(list: object, { pages, pageParams }: ListedPages): void {
  const count = pages.reduce((sum, page) => sum + page.items.length, 0);
  if (count > MAX_ITEMS) return;
  const stored: Stored = {
    list: JSON.stringify(list),
    total: pages[0]?.total ?? null,
    pages: pages.map(({ items, next_cursor }, place) => [
      pageParams[place] ?? null,
      next_cursor,
      items.flatMap(({ id, width, height }) => [id, width, height]),
    ]),
  };
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify(stored));
  } catch (error) {
    // Storage is full or disabled: after a reload the list starts from its beginning.
    if (!(error instanceof DOMException)) throw error;
  }
}

let pending = readStored();

/** Return the skeleton of a list that this tab showed before a reload; each is returned once. */
export function takeSkeleton(list: object): ListedPages | undefined {
  if (pending?.list !== JSON.stringify(list)) return undefined;
  const { pages, total } = pending;
  pending = null;
  return {
    pages: pages.map(([, next_cursor, sizes], place) => ({
      items: skeletonItems(sizes),
      next_cursor,
      total: place === 0 ? total : null,
      outdated: 1,
    })),
    pageParams: pages.map(([cursor]) => cursor),
  };
}

function readStored(): Stored | null {
  const [visit] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (visit?.type !== "reload" && visit?.type !== "back_forward") return null;
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(STORED_AS) ?? "null");
    return isStored(stored) ? stored : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return null;
    throw error;
  }
}

/** Check the shape: an older version of the app may have written the value. */
function isStored(value: unknown): value is Stored {
  return (
    typeof value === "object" && value !== null && "list" in value && "total" in value && "pages" in value
  );
}

function skeletonItems(sizes: readonly number[]): SkeletonItem[] {
  return Array.from({ length: sizes.length / 3 }, (_, index) => {
    const [id = 0, width = 1, height = 1] = sizes.slice(index * 3, index * 3 + 3);
    return { id, width, height };
  });
}
