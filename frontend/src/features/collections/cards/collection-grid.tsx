import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import type { Collection } from "@/api/types";
import { useRemoved } from "../removals";
import { CollectionCard } from "./collection-card";

const grid = {
  m: 0,
  p: 0,
  listStyle: "none",
  display: "grid",
  gap: { xs: 1.5, sm: 2.5 },
  gridTemplateColumns: {
    xs: "repeat(auto-fill, minmax(min(100%, 150px), 1fr))",
    sm: "repeat(auto-fill, minmax(260px, 1fr))",
  },
} as const;

/** Collections as cards, without those that are about to be deleted or left. */
export function CollectionGrid({ collections }: { readonly collections: readonly Collection[] }) {
  const removed = useRemoved();
  const shown = collections.filter(({ id }) => !removed.has(id));
  if (shown.length === 0) return null;
  return (
    <Box component="ul" aria-label="Collections" sx={grid}>
      {shown.map((collection) => (
        <CollectionCard key={collection.id} collection={collection} />
      ))}
    </Box>
  );
}

export function CollectionGridSkeleton() {
  return (
    <Box sx={grid} role="status" aria-busy="true" aria-label="Loading">
      {["a", "b", "c", "d", "e", "f"].map((key) => (
        <Skeleton key={key} variant="rounded" sx={{ height: 240, borderRadius: "14px" }} />
      ))}
    </Box>
  );
}
