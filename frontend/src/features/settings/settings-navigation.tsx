import Box from "@mui/material/Box";
import { useEffect, useRef } from "react";
import { Link } from "react-router";
import type { Section } from "./sections";

interface SettingsNavigationProps {
  readonly sections: readonly Section[];
  readonly current: Section;
}

/** Links to the sections: a column at the side, on phones a line that scrolls sideways. */
export function SettingsNavigation({ sections, current }: SettingsNavigationProps) {
  const shown = useRef<HTMLAnchorElement>(null);
  // On a phone the current link may be outside of the line.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the ref is of the current link
  useEffect(() => {
    const link = shown.current;
    link?.parentElement?.scrollTo?.({ left: link.offsetLeft - 48 });
  }, [current]);
  return (
    <Box
      component="nav"
      aria-label="Settings"
      sx={{
        display: "flex",
        flexDirection: { xs: "row", md: "column" },
        gap: 0.5,
        position: { md: "sticky" },
        top: { md: 88 },
        overflowX: "auto",
        scrollbarWidth: "none",
        mx: { xs: -2, sm: 0 },
        px: { xs: 2, sm: 0 },
      }}
    >
      {sections.map((section) => (
        <Box
          key={section.path}
          component={Link}
          ref={section === current ? shown : undefined}
          to={`/settings/${section.path}`}
          aria-current={section === current ? "page" : undefined}
          sx={{
            display: "flex",
            alignItems: "center",
            flex: "none",
            minHeight: 44,
            px: 1.75,
            borderRadius: "10px",
            fontWeight: 600,
            textDecoration: "none",
            color: "text.secondary",
            "&:hover": { color: "text.primary", bgcolor: "action.hover" },
            "&:focus-visible": { outline: 2, outlineOffset: -2, outlineColor: "primary.main" },
            "&[aria-current]": { color: "primary.main", bgcolor: "action.selected" },
          }}
        >
          {section.label}
        </Box>
      ))}
    </Box>
  );
}
