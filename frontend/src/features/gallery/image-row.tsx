import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import { useId } from "react";
import type { Content } from "@/api/types";
import { sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";
import { NarrowDetails, WideDetails } from "./row-details";
import { RowTitle } from "./row-title";
import { onImage, SelectCheckbox } from "./select-checkbox";
import type { Selection } from "./use-selection";

/** Width in pixels from which the details have their own columns. */
const WIDE_PX = 860;

const isWide = (width: number) => width >= WIDE_PX;

/** Return the height in pixels of a row of this width. */
export const rowHeight = (width: number): number => (isWide(width) ? 84 : 116);

interface ImageRowProps {
  readonly item: Content;
  /** Pixels. */
  readonly width: number;
  readonly listState: object;
  readonly selection: Selection;
  /** The row can only be selected, not opened: images in the trash have no page. */
  readonly isSelectOnly: boolean;
}

/** An image with its details. A click opens it or, while any image is selected, selects it. */
export function ImageRow({ item, width, listState, selection, isSelectOnly }: ImageRowProps) {
  const checkboxId = useId();
  const wide = isWide(width);
  const isSelected = selection.has(item.id);
  const edge = rowHeight(width) - 18;
  return (
    <Card
      sx={{
        position: "relative",
        height: "100%",
        display: "grid",
        gridTemplateColumns: wide
          ? `auto ${edge}px minmax(0, 1fr) minmax(0, 1fr)`
          : `${edge}px minmax(0, 1fr)`,
        alignItems: "center",
        columnGap: wide ? 1.5 : 1.25,
        p: 1,
        pl: wide ? 0.5 : 1,
        ...(isSelected && { borderColor: "primary.main", bgcolor: "action.selected" }),
        "&:hover": { borderColor: isSelected ? "primary.main" : "text.disabled" },
      }}
    >
      {wide ? (
        <SelectCheckbox item={item} selection={selection} id={checkboxId} sx={{ zIndex: 1, p: 1 }} />
      ) : null}
      <Box sx={{ position: "relative", height: edge }}>
        <LazyImage
          {...sourcesOf(item)}
          // The cropped part is loaded too.
          sizes={`${Math.ceil(edge * Math.max(1, item.width / item.height))}px`}
          // The text beside it describes the image.
          alt=""
          width={item.width}
          height={item.height}
          placeholder={item.placeholder}
          sx={{ aspectRatio: "1", height: edge, borderRadius: "8px" }}
        />
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <RowTitle
          item={item}
          checkboxId={isSelectOnly ? checkboxId : null}
          listState={listState}
          onClick={(event) => {
            if (selection.isEmpty && !event.shiftKey) return;
            event.preventDefault();
            selection.choose(item.id, event.shiftKey);
          }}
        />
        {wide ? null : <NarrowDetails item={item} />}
      </Box>
      {wide ? <WideDetails item={item} /> : null}
      {wide ? null : (
        <SelectCheckbox
          item={item}
          selection={selection}
          id={checkboxId}
          sx={{ ...onImage, top: 12, left: 12, zIndex: 1 }}
        />
      )}
    </Card>
  );
}
