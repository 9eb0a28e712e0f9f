import Box from "@mui/material/Box";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import type { Content } from "@/api/types";
import { type ContentFilter, isSkeleton, type Listed, refetchPage } from "@/features/content";
import type { OutdatedPage } from "./use-images";

/** Pages that are only flown over are not read. */
const LINGER_MS = 150;

interface LazyPageItemProps {
  readonly listed: Listed;
  /** The page it is on, if that is to be read again. */
  readonly outdated: OutdatedPage | undefined;
  readonly filter: ContentFilter;
  readonly children: (item: Content) => ReactNode;
}

/** A picture as it was when its list was left, if only its shape; its page is read again once it is looked at. */
export function LazyPageItem({ listed, outdated, filter, children }: LazyPageItemProps) {
  const client = useQueryClient();
  const { cursor = null, page } = outdated ?? {};
  useEffect(() => {
    if (page === undefined) return;
    const timer = setTimeout(() => void refetchPage(client, filter, cursor, page), LINGER_MS);
    return () => clearTimeout(timer);
  }, [client, filter, cursor, page]);
  if (!isSkeleton(listed)) return children(listed);
  return <Box aria-busy="true" sx={{ height: "100%", borderRadius: "10px", bgcolor: "action.hover" }} />;
}
