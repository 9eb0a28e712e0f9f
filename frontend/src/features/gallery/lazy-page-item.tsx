import Box from "@mui/material/Box";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import type { Content } from "@/api/types";
import { type ContentFilter, isSkeleton, type Listed, refetchPage } from "@/features/content";
import type { OutdatedPage } from "./use-images";

/** Pages that are quickly scrolled past are not fetched. */
const DELAY_MS = 150;

interface LazyPageItemProps {
  readonly listed: Listed;
  /** Its page, if the page must be fetched again. */
  readonly outdated: OutdatedPage | undefined;
  readonly filter: ContentFilter;
  readonly children: (item: Content) => ReactNode;
}

/**
 * An image of a list that was restored from memory or storage. Of some images only the size is known;
 * their page is fetched once they are shown.
 */
export function LazyPageItem({ listed, outdated, filter, children }: LazyPageItemProps) {
  const client = useQueryClient();
  const { cursor = null, page } = outdated ?? {};
  useEffect(() => {
    if (page === undefined) return;
    const timer = setTimeout(() => void refetchPage(client, filter, cursor, page), DELAY_MS);
    return () => clearTimeout(timer);
  }, [client, filter, cursor, page]);
  if (!isSkeleton(listed)) return children(listed);
  return <Box aria-busy="true" sx={{ height: "100%", borderRadius: "10px", bgcolor: "action.hover" }} />;
}
