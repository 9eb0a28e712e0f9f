import Box from "@mui/material/Box";
import type { MouseEvent } from "react";
import { Link } from "react-router";
import type { Content } from "@/api/types";

interface RowTitleProps {
  readonly item: Content;
  readonly listState: object;
  /** The checkbox that the title toggles, for images that cannot be opened. */
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

/** The title of an image above its prompt or, without a title, the prompt in two lines. */
export function RowTitle({ item, listState, checkboxId, onClick }: RowTitleProps) {
  const text = <TitleText item={item} />;
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
        {text}
      </Box>
    );
  }
  return (
    <Box component={Link} to={`/view/${item.id}`} state={listState} onClick={onClick} sx={cover}>
      {text}
    </Box>
  );
}

function TitleText({ item: { title, prompt } }: { readonly item: Content }) {
  // The default title is the beginning of the prompt.
  const isNamed = title !== "" && !prompt.startsWith(title.replace(/…$/, ""));
  if (!isNamed) {
    return (
      <Box component="span" sx={{ ...clamped(2), fontWeight: 500 }}>
        {prompt || "Untitled image"}
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
