/** What a reload keeps of a list: which pictures it had, of what shape, and where their pages begin. */
import type { InfiniteData } from "@tanstack/react-query";
import type { Content } from "@/api/types";

/** A picture of which only the shape is known; its page tells the rest. */
export type SkeletonItem = Pick<Content, "id" | "width" | "height">;

export type Listed = Content | SkeletonItem;

export interface ListedPage {
  readonly items: readonly Listed[];
  readonly next_cursor: string | null;
  readonly total: number | null;
  /** How often it was said to have changed since it was read; 0 when it is what the server has. */
  readonly outdated: number;
}

export type ListedPages = InfiniteData<ListedPage, string | null>;

export const isSkeleton = (item: Listed): item is SkeletonItem => !("title" in item);

const STORED_AS = "genonaut:gallery";
/** Some twenty bytes each; a tab may store a few million. */
const MAX_IMAGES = 50_000;

type StoredPage = readonly [cursor: string | null, next: string | null, shapes: readonly number[]];

interface Stored {
  readonly list: string;
  readonly total: number | null;
  readonly pages: readonly StoredPage[];
}

/** Keep the outline of a list for the case that the page is loaded anew; of the largest ones nothing. */
export function storeSkeleton(list: object, { pages, pageParams }: ListedPages): void {
  const count = pages.reduce((sum, page) => sum + page.items.length, 0);
  if (count > MAX_IMAGES) return;
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
    // Full or forbidden: the list is read from its beginning.
    if (!(error instanceof DOMException)) throw error;
  }
}

let kept = readStored();

/** Return the outline of a list that this tab showed before it was loaded anew; it is given once. */
export function takeSkeleton(list: object): ListedPages | undefined {
  if (kept?.list !== JSON.stringify(list)) return undefined;
  const { pages, total } = kept;
  kept = null;
  return {
    pages: pages.map(([, next_cursor, shapes], place) => ({
      items: skeletonItems(shapes),
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

/** Nobody else writes there, but an older version of this page may have. */
function isStored(value: unknown): value is Stored {
  return (
    typeof value === "object" && value !== null && "list" in value && "total" in value && "pages" in value
  );
}

function skeletonItems(shapes: readonly number[]): SkeletonItem[] {
  return Array.from({ length: shapes.length / 3 }, (_, place) => {
    const [id = 0, width = 1, height = 1] = shapes.slice(place * 3, place * 3 + 3);
    return { id, width, height };
  });
}
