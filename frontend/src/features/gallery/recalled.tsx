import Box from "@mui/material/Box";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import type { Content } from "@/api/types";
import { type ContentFilter, galleryPageQuery, galleryQuery, type Outlined } from "@/features/content";

/** Pages that are only flown over are not read. */
const LINGER_MS = 150;

interface RecalledProps {
  readonly outlined: Outlined;
  readonly filter: ContentFilter;
  readonly children: (item: Content) => ReactNode;
}

/** A picture of which only the shape was kept; read with its page once it is looked at. */
export function Recalled({ outlined, filter, children }: RecalledProps) {
  const client = useQueryClient();
  const isLookedAt = useLingering();
  const page = useQuery({ ...galleryPageQuery(filter, outlined.cursor), enabled: isLookedAt });
  const item = page.data?.items.find(({ id }) => id === outlined.id);
  const isGone = page.data !== undefined && item === undefined;
  useEffect(() => {
    // The list has changed since: it is read from its beginning, once for all that are gone.
    const { queryKey } = galleryQuery(filter);
    if (isGone) void client.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false });
  }, [isGone, client, filter]);
  if (item !== undefined) return children(item);
  return <Box aria-busy="true" sx={{ height: "100%", borderRadius: "10px", bgcolor: "action.hover" }} />;
}

function useLingering(): boolean {
  const [isLingering, setIsLingering] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLingering(true), LINGER_MS);
    return () => clearTimeout(timer);
  }, []);
  return isLingering;
}
