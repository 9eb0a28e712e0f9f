import { type CSSProperties, useId, useState } from "react";
import type { Content } from "@/api/types";
import { altOf, ContentPicture } from "@/features/content";
import { OperationsButton } from "@/features/operations";
import { useLongPress } from "@/lib/use-long-press";
import { NarrowDetails, WideDetails } from "./row-details";
import { RowTitle } from "./row-title";
import { SelectCheckbox } from "./select-checkbox";
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

/** An image with its details. A click opens it or, while any image is selected, selects it; so does a finger that rests on it. */
export function ImageRow({ item, width, listState, selection, isSelectOnly }: ImageRowProps) {
  const checkboxId = useId();
  const wide = isWide(width);
  const isSelected = selection.has(item.id);
  const edge = rowHeight(width) - 18;
  // Drawn once the row is used: a fast scrolling list should draw little.
  const [isUsed, setIsUsed] = useState(false);
  const use = () => setIsUsed(true);
  const press = useLongPress(() => selection.choose(item.id, false));
  const checkbox = <SelectCheckbox item={item} selection={selection} id={checkboxId} isOnImage={!wide} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: notes that the row is used, and does nothing
    <div
      {...press}
      onPointerEnter={use}
      onFocus={use}
      data-selecting={!selection.isEmpty || undefined}
      className={wide ? "image-row image-row-wide" : "image-row"}
      data-selected={isSelected || undefined}
      style={{ "--edge": `${edge}px` } as CSSProperties}
    >
      {wide ? checkbox : null}
      <div className="image-row-image">
        <ContentPicture
          item={item}
          isSmall
          // The cropped part is loaded too.
          sizes={`${Math.ceil(edge * Math.max(1, item.width / item.height))}px`}
          // The text beside it describes the image.
          alt=""
          style={{ aspectRatio: 1, height: edge, borderRadius: 8 }}
        />
      </div>
      <div className="image-row-text">
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
      </div>
      {wide ? <WideDetails item={item} /> : checkbox}
      {/* Over the image, but after the title: Tab goes from the checkbox to the link of the row. */}
      {isUsed && !isSelectOnly ? <OperationsButton contentId={item.id} name={altOf(item)} /> : null}
    </div>
  );
}
