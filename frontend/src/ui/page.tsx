import Box from "@mui/material/Box";
import Stack from "@mui/material/Stack";
import Typography from "@mui/material/Typography";
import { type ReactNode, useEffect } from "react";
import { visuallyHidden } from "./visually-hidden";

interface PageProps {
  readonly title: string;
  /** Title of the browser tab if it differs from the heading. */
  readonly tabTitle?: string;
  readonly description?: ReactNode;
  /** Links to what the page is a part of, above the heading. */
  readonly path?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Maximum width in pixels; unlimited when omitted. */
  readonly maxWidth?: number;
  /** Hides the heading from view; screen readers still read it. */
  readonly isHeadingHidden?: boolean;
}

/** Heading, tab title and margins of a page. */
export function Page({
  title,
  tabTitle,
  description,
  path,
  actions,
  children,
  maxWidth,
  isHeadingHidden,
}: PageProps) {
  usePageTitle(tabTitle ?? title);
  return (
    <Box
      sx={{ mx: "auto", maxWidth, px: { xs: 2, sm: 3, lg: 4 }, pt: { xs: 2, sm: 3 }, pb: { xs: 4, md: 6 } }}
    >
      <Stack
        direction="row"
        sx={{ alignItems: "flex-end", flexWrap: "wrap", gap: 2, mb: isHeadingHidden ? 0 : { xs: 2, sm: 3 } }}
      >
        <Box
          sx={
            isHeadingHidden
              ? visuallyHidden
              : {
                  // On a phone, actions that would leave a narrow column to the description are below it.
                  flex: { xs: description ? "1 1 14rem" : 1, sm: 1 },
                  minWidth: "min-content",
                }
          }
        >
          {path}
          <Typography variant="h1">{title}</Typography>
          {description ? (
            <Typography sx={{ mt: 0.75, color: "text.secondary" }}>{description}</Typography>
          ) : null}
        </Box>
        {actions ? (
          <Stack direction="row" useFlexGap sx={{ alignItems: "center", flexWrap: "wrap", gap: 1 }}>
            {actions}
          </Stack>
        ) : null}
      </Stack>
      {children}
    </Box>
  );
}

function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Genonaut`;
  }, [title]);
}
