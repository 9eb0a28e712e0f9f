import { useState } from "react";
import type { Content } from "@/api/types";
import { altOf, ContentTile } from "@/features/content";
import { FavouriteButton, OperationsButton } from "@/features/operations";
import { useLongPress } from "@/lib/use-long-press";
import { SelectCheckbox } from "./select-checkbox";
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
  // Drawn once the tile is used: a fast scrolling list should draw little.
  const [isUsed, setIsUsed] = useState(false);
  const use = () => setIsUsed(true);
  const isSelecting = !selection.isEmpty || isSelectOnly;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notes that the tile is used, and does nothing
    <div
      {...press}
      onPointerEnter={use}
      onFocus={use}
      className="selectable-tile"
      data-selected={isSelected || undefined}
      data-selecting={isSelecting || undefined}
      data-rated={item.my_rating !== null || undefined}
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
            <SelectCheckbox item={item} selection={selection} isOnImage />
            {item.my_rating === null ? null : (
              <span
                role="img"
                aria-label={`Rated ${item.my_rating} by you`}
                className="kind-badge rating-mark"
                data-raised={item.content_type === "image" ? undefined : true}
              >
                ★ {item.my_rating}
              </span>
            )}
            {!isSelectOnly && (isUsed || item.is_favourite) ? (
              <FavouriteButton item={item} name={altOf(item)} />
            ) : null}
            {isUsed && !isSelectOnly ? <OperationsButton contentId={item.id} name={altOf(item)} /> : null}
          </>
        }
      />
    </div>
  );
}
