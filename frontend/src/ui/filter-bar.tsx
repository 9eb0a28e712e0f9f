import Box from "@mui/material/Box";
import type { ReactNode } from "react";

/** A row of filters. On phones it is one line that scrolls sideways, so that the list stays visible. */
export function FilterBar({ children }: { readonly children: ReactNode }) {
  return (
    <Box
      sx={{
        display: "flex",
        flexWrap: { xs: "nowrap", sm: "wrap" },
        alignItems: "center",
        gap: { xs: 1, sm: 1.5 },
        minWidth: 0,
        width: { xs: "100%", sm: "auto" },
        // Room for the labels, which overlap the top edge of their fields.
        pt: 1,
        mt: -1,
        overflowX: { xs: "auto", sm: "visible" },
        scrollbarWidth: "none",
        "& > *": { flex: { xs: "none", sm: "initial" } },
      }}
    >
      {children}
    </Box>
  );
}
