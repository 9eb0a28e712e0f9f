import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** Style of elements that only screen readers read. */
export const visuallyHidden = {
  position: "absolute",
  // In `sx` the number 1 means 100 %.
  width: "1px",
  height: "1px",
  overflow: "hidden",
  clipPath: "inset(50%)",
} as const;

/** Text that only screen readers read. */
export function VisuallyHidden({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="span" sx={visuallyHidden}>
      {children}
    </Box>
  );
}
