import Box from "@mui/material/Box";
import type { ReactNode } from "react";

interface TableFrameProps {
  readonly label: string;
  readonly children: ReactNode;
}

/** Scrolls a wide table sideways; the keyboard can scroll it too. */
export function TableFrame({ label, children }: TableFrameProps) {
  return (
    <Box
      role="region"
      aria-label={label}
      tabIndex={0}
      sx={{
        overflowX: "auto",
        "&:focus-visible": { outline: 2, outlineColor: "primary.main", outlineOffset: 2, borderRadius: 1 },
      }}
    >
      {children}
    </Box>
  );
}
