import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import {
  type ContentFilter,
  isSkeleton,
  type ListedPage,
  type ListedPages,
  refetchFirstPage,
  showFirstPage,
} from "@/features/content";

/** Offset in pixels up to which the user counts as at the top of the list. */
const TOP_PX = 120;
/** Simultaneous changes cause one request. */
const DELAY_MS = 150;

export interface Arrivals {
  /** Number of new images that are not in the list yet. */
  readonly count: number;
  /** Add them to the list. */
  readonly show: () => void;
}

interface Pending {
  readonly filter: ContentFilter;
  readonly page: ListedPage;
  readonly count: number;
}

const isAtTop = () => window.scrollY <= TOP_PX;

/**
 * Return whether the first page of a list is kept up to date by `useArrivals`. A skeleton, which only
 * exists after a reload, is fetched when it is shown.
 */
export const hasArrivals = (filter: ContentFilter, page: ListedPage | undefined): boolean =>
  (filter.sort ?? "newest") === "newest" &&
  page !== undefined &&
  page.items.length > 0 &&
  !page.items.some(isSkeleton);

/**
 * Keep the first page of a list up to date. New images are shown at once at the top of the list;
 * further down they wait, so that nothing moves, until the user returns to the top or asks for them.
 */
export function useArrivals(filter: ContentFilter, list: ListedPages | undefined): Arrivals {
  const client = useQueryClient();
  const [pending, setPending] = useState<Pending | null>(null);
  const first = list?.pages[0];
  useEffect(() => {
    if (!hasArrivals(filter, first) || first === undefined || first.outdated === 0) return;
    const timer = setTimeout(async () => {
      const arrived = await refetchFirstPage(client, filter, first, isAtTop);
      if (arrived !== undefined) setPending(arrived && { filter, ...arrived });
    }, DELAY_MS);
    return () => clearTimeout(timer);
  }, [client, filter, first]);
  const current = pending?.filter === filter ? pending : null;
  const show = useCallback(() => {
    setPending(null);
    if (current !== null) showFirstPage(client, filter, current.page);
  }, [client, filter, current]);
  useEffect(() => {
    if (current === null) return;
    const onScroll = () => (isAtTop() ? show() : undefined);
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => window.removeEventListener("scroll", onScroll);
  }, [current, show]);
  return { count: current?.count ?? 0, show };
}
