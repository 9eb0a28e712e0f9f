import Box from "@mui/material/Box";
import type { Content } from "@/api/types";
import { ContentTile } from "@/features/content";
import { onImage, SelectCheckbox } from "./select-checkbox";
import type { Selection } from "./use-selection";

interface SelectableTileProps {
  readonly item: Content;
  readonly width: number;
  readonly listState: object;
  readonly selection: Selection;
  /** The tile cannot be opened, only ticked: what lies in the trash has no page. */
  readonly isSelectOnly: boolean;
}

/** A picture that can be ticked; while any is, a click anywhere on one ticks it. */
export function SelectableTile({ item, width, listState, selection, isSelectOnly }: SelectableTileProps) {
  const isSelected = selection.ids.has(item.id);
  const isSelecting = selection.ids.size > 0 || isSelectOnly;
  return (
    <Box
      sx={{
        height: "100%",
        "& .tick": { opacity: isSelecting ? 1 : 0 },
        "&:hover .tick, &:focus-within .tick": { opacity: 1 },
        "@media (hover: none)": { "& .tick": { opacity: 1 } },
        "& img": {
          transform: isSelected ? "scale(0.94)" : "none",
          transition: "transform 120ms, opacity 220ms",
        },
      }}
    >
      <ContentTile
        item={item}
        width={width}
        listState={listState}
        onClick={(event) => {
          if (!isSelecting) return;
          event.preventDefault();
          selection.toggle(item.id);
        }}
        overlay={<SelectCheckbox item={item} selection={selection} className="tick" sx={onImage} />}
      />
    </Box>
  );
}
