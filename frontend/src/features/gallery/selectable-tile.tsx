import Box from "@mui/material/Box";
import type { Content } from "@/api/types";
import { altOf, ContentTile } from "@/features/content";
import { OperationsButton, onImageButton } from "@/features/operations";
import { useLongPress } from "@/lib/use-long-press";
import { onImage, SelectCheckbox } from "./select-checkbox";
import type { Selection } from "./use-selection";

interface SelectableTileProps {
  readonly item: Content;
  readonly width: number;
  readonly listState: object;
  readonly selection: Selection;
  /** The tile can only be selected, not opened: images in the trash have no page. */
  readonly isSelectOnly: boolean;
}

/** An image tile. While any image is selected, a click anywhere on a tile selects it. */
export function SelectableTile({ item, width, listState, selection, isSelectOnly }: SelectableTileProps) {
  const isSelected = selection.has(item.id);
  const press = useLongPress(() => selection.choose(item.id, false));
  const isSelecting = !selection.isEmpty || isSelectOnly;
  return (
    <Box
      {...press}
      sx={{
        height: "100%",
        WebkitTouchCallout: "none",
        "& .select": { opacity: isSelecting ? 1 : 0 },
        "& .operations": { opacity: 0 },
        "&:hover .select, &:focus-within .select": { opacity: 1 },
        "&:hover .operations, &:focus-within .operations": { opacity: isSelecting ? 0 : 1 },
        "@media (hover: none)": { "& .select": { opacity: 1 } },
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
          if (!isSelecting && !event.shiftKey) return;
          event.preventDefault();
          selection.choose(item.id, event.shiftKey);
        }}
        overlay={
          <>
            <SelectCheckbox item={item} selection={selection} className="select" sx={onImage} />
            {isSelectOnly ? null : (
              <OperationsButton
                contentId={item.id}
                name={altOf(item)}
                className="operations"
                sx={onImageButton}
              />
            )}
          </>
        }
      />
    </Box>
  );
}
