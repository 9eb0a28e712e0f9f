import Box from "@mui/material/Box";
import { useEffect, useRef } from "react";
import { Link } from "react-router";

interface TabLinksProps {
  /** Accessible name of the navigation. */
  readonly label: string;
  readonly current: string;
  readonly links: readonly { readonly path: string; readonly label: string }[];
}

/** Links to the parts of a page, in one line. */
export function TabLinks({ label, current, links }: TabLinksProps) {
  const line = useRef<HTMLElement>(null);
  // On a phone the current link may be outside of the window. Fonts change where it is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element is the current link
  useEffect(() => {
    const show = () => {
      const link = line.current?.querySelector<HTMLElement>("[aria-current]");
      if (link) line.current?.scrollTo?.({ left: link.offsetLeft - 48 });
    };
    show();
    void document.fonts?.ready.then(show);
  }, [current]);
  return (
    <Box
      component="nav"
      ref={line}
      aria-label={label}
      sx={{
        position: "relative",
        scrollbarWidth: "none",
        display: "flex",
        borderBottom: 1,
        borderColor: "divider",
        mb: 3,
        mt: -1.5,
        overflowX: "auto",
      }}
    >
      {links.map(({ path, label: text }) => (
        <Box
          key={path}
          component={Link}
          to={path}
          aria-current={path === current ? "page" : undefined}
          sx={{
            display: "grid",
            flex: "none",
            placeItems: "center",
            px: 2,
            minWidth: 90,
            minHeight: 48,
            fontWeight: 600,
            fontSize: "0.95rem",
            textDecoration: "none",
            whiteSpace: "nowrap",
            color: "text.secondary",
            borderBottom: "2px solid transparent",
            "&:hover": { color: "text.primary" },
            "&:focus-visible": {
              outline: 2,
              outlineOffset: -3,
              outlineColor: "primary.main",
              borderRadius: 2,
            },
            "&[aria-current]": { color: "primary.main", borderColor: "primary.main" },
          }}
        >
          {text}
        </Box>
      ))}
    </Box>
  );
}
