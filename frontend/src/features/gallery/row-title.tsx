import Box from "@mui/material/Box";
import type { MouseEvent } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";

interface RowTitleProps {
  readonly item: Content;
  readonly listState: object;
  /** Of the box that the words tick, for what cannot be opened. */
  readonly checkboxId: string | null;
  readonly onClick: (event: MouseEvent) => void;
}

const clamped = (lines: number) =>
  ({
    display: "-webkit-box",
    WebkitBoxOrient: "vertical",
    WebkitLineClamp: lines,
    overflow: "hidden",
    overflowWrap: "anywhere",
  }) as const;

/** What a picture is called, in two lines: its own title above the prompt, or the prompt alone. */
export function RowTitle({ item, listState, checkboxId, onClick }: RowTitleProps) {
  const words = <Words item={item} />;
  const cover = {
    display: "block",
    color: "text.primary",
    textDecoration: "none",
    fontSize: "0.9rem",
    lineHeight: 1.4,
    "&::after": { content: '""', position: "absolute", inset: 0, borderRadius: "inherit" },
    "&:focus-visible": { outline: "none" },
    "&:focus-visible::after": {
      outline: "3px solid",
      outlineColor: "primary.main",
      outlineOffset: "-3px",
      borderRadius: "14px",
    },
  } as const;
  if (checkboxId !== null) {
    return (
      <Box component="label" htmlFor={checkboxId} sx={{ ...cover, cursor: "pointer" }}>
        {words}
      </Box>
    );
  }
  return (
    <Box component={Link} to={`/view/${item.id}`} state={listState} onClick={onClick} sx={cover}>
      {words}
    </Box>
  );
}

function Words({ item: { title, prompt } }: { readonly item: Content }) {
  // Who gives no title gets the prompt's beginning as one.
  const isNamed = title !== "" && !prompt.startsWith(title.replace(/…$/, ""));
  if (!isNamed) {
    return (
      <Box component="span" sx={{ ...clamped(2), fontWeight: 500 }}>
        {prompt || "Untitled picture"}
      </Box>
    );
  }
  return (
    <>
      <Box component="span" sx={{ ...clamped(1), fontWeight: 600 }}>
        {title}
      </Box>
      <Box component="span" sx={{ ...clamped(1), color: "text.secondary" }}>
        {prompt}
      </Box>
    </>
  );
}
