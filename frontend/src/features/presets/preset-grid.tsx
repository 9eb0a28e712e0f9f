import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import type { ReactNode } from "react";

const grid = {
  m: 0,
  p: 0,
  listStyle: "none",
  display: "grid",
  gap: { xs: 1.5, sm: 2 },
  gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 230px), 1fr))",
} as const;

/** The list around the cards of presets. */
export function PresetGrid({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <Box component="ul" aria-label={label} sx={grid}>
      {children}
    </Box>
  );
}

export function PresetGridSkeleton() {
  return (
    <Box role="status" aria-busy="true" aria-label="Loading" sx={grid}>
      {["a", "b", "c", "d"].map((key) => (
        <Skeleton key={key} variant="rounded" sx={{ height: 240, borderRadius: "14px" }} />
      ))}
    </Box>
  );
}
