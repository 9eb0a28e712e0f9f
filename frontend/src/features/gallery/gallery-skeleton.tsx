import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import type { Layout } from "@/lib/use-layout-choice";

/** Common aspect ratios of images. */
const SHAPES = ["2 / 3", "1", "3 / 2", "1", "2 / 3", "3 / 2", "1", "2 / 3", "1", "3 / 2"].map(
  (aspectRatio, place) => ({ aspectRatio, key: `shape-${place}` }),
);

/** Placeholders while the images of a list load. */
export function GallerySkeleton({ layout }: { readonly layout: Layout }) {
  const isGrid = layout === "grid";
  return (
    <Box
      role="status"
      aria-busy="true"
      aria-label="Loading"
      sx={isGrid ? { display: "flex", flexWrap: "wrap", gap: "10px" } : { display: "grid", gap: 1 }}
    >
      {SHAPES.map(({ aspectRatio, key }) => (
        <Skeleton
          key={key}
          variant="rounded"
          sx={
            isGrid
              ? { height: { xs: 150, sm: 240 }, flex: "1 0 auto", aspectRatio, borderRadius: "10px" }
              : { height: { xs: 116, md: 84 }, borderRadius: "14px" }
          }
        />
      ))}
    </Box>
  );
}
