import Box from "@mui/material/Box";
import { Fragment } from "react";
import { fromFirstMatch, matchingParts } from "@/lib/matching-words";

interface HighlightedProps {
  readonly text: string;
  readonly search: string;
  /** Whether to leave out what is long before the first match: the text is shown in one line. */
  readonly isLine?: boolean;
}

/** A text with the words that were searched for. */
export function Highlighted({ text, search, isLine = false }: HighlightedProps) {
  if (search.trim() === "") return text;
  const parts = matchingParts(text, search);
  let place = 0;
  return (isLine ? fromFirstMatch(parts) : parts).map((part) => {
    place += 1;
    return part.isMatch ? (
      <Box key={place} component="mark" sx={{ bgcolor: "transparent", color: "inherit", fontWeight: 700 }}>
        {part.text}
      </Box>
    ) : (
      <Fragment key={place}>{part.text}</Fragment>
    );
  });
}
