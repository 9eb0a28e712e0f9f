import Box from "@mui/material/Box";
import type { Theme } from "@mui/material/styles";
import type { FormEvent, ReactNode, Ref } from "react";

/** Keep the form visible while the results scroll. */
const stickyForm = { minWidth: 0, position: { md: "sticky" }, top: { md: 68 }, mt: { md: -1 } } as const;

interface FormAndResultsProps {
  readonly form: ReactNode;
  readonly results: ReactNode;
  readonly resultsRef: Ref<HTMLDivElement>;
  /** Pixels above the form before the page is scrolled: its button is visible at once. */
  readonly above?: number;
}

/** A form on the left that stays in view, its results on the right; one below the other on a phone. */
export function FormAndResults({ form, results, resultsRef, above = 160 }: FormAndResultsProps) {
  return (
    <Box
      sx={{
        display: "grid",
        gap: { xs: 3, md: 4 },
        alignItems: "start",
        gridTemplateColumns: {
          xs: "minmax(0, 1fr)",
          md: "minmax(340px, 420px) minmax(0, 1fr)",
          xl: "minmax(340px, 480px) minmax(0, 1fr)",
        },
      }}
    >
      <Box sx={{ ...stickyForm, height: { md: `calc(100dvh - ${above}px)` } }}>{form}</Box>
      <Box ref={resultsRef} sx={{ minWidth: 0 }}>
        {results}
      </Box>
    </Box>
  );
}

/** Scroll to the results where they are below the form, as feedback to a submission. */
export function showResults(results: HTMLElement | null): void {
  if (window.matchMedia("(max-width: 899px)").matches) results?.scrollIntoView({ behavior: "smooth" });
}

const column = {
  display: { xs: "grid", md: "flex" },
  flexDirection: "column",
  gap: { xs: 2.25, md: 0 },
  height: "100%",
} as const;

/** The fields scroll above the buttons, never below them; the padding leaves room for focus outlines. */
const fieldsColumn = {
  display: "grid",
  gap: 2.25,
  alignContent: "start",
  gridTemplateColumns: "minmax(0, 1fr)",
  minHeight: 0,
  overflowY: { md: "auto" },
  scrollbarWidth: "thin",
  scrollbarGutter: { md: "stable" },
  mx: { md: -1.5 },
  px: { md: 1.5 },
  pt: { md: 1 },
  pb: { md: 2 },
} as const;

interface FormColumnProps {
  readonly label: string;
  readonly onSubmit: () => void;
  readonly buttons: ReactNode;
  readonly children: ReactNode;
}

/** The fields of a form, and its buttons below them, which stay in view. */
export function FormColumn({ label, onSubmit, buttons, children }: FormColumnProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Box component="form" onSubmit={submit} noValidate sx={column} aria-label={label}>
      <Box sx={fieldsColumn}>{children}</Box>
      {buttons}
    </Box>
  );
}

/** On a phone the buttons stick above the bottom bar, and the margins of the fields keep clear of them. */
export const stickyButtons = {
  display: "flex",
  // The fields above take less instead.
  flexShrink: 0,
  flexWrap: "wrap",
  gap: 1,
  position: { xs: "sticky", md: "static" },
  bottom: 64,
  // Slider thumbs reach beyond the form; the bar must cover them as well.
  mx: -1.5,
  px: 1.5,
  // As wide as the fields, beside which there is room for a scroll bar.
  overflowY: { md: "hidden" },
  scrollbarWidth: "thin",
  scrollbarGutter: { md: "stable" },
  py: 1.5,
  zIndex: 2,
  borderTop: { md: 1 },
  borderColor: { md: "divider" },
  background: (theme: Theme) => `linear-gradient(transparent, ${theme.vars?.palette.background.default} 22%)`,
} as const;
