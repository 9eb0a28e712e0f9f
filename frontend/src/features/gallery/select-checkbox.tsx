import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import type { Selection } from "./use-selection";

interface SelectCheckboxProps {
  readonly item: Content;
  readonly selection: Selection;
  readonly id?: string;
  /** It lies on the image, which may have any colour. */
  readonly isOnImage?: boolean;
}

/** Selects or deselects an image. */
export function SelectCheckbox({ item, selection, id, isOnImage = false }: SelectCheckboxProps) {
  return (
    <input
      type="checkbox"
      id={id}
      className={isOnImage ? "select-checkbox on-image" : "select-checkbox"}
      aria-label={`Select ${altOf(item)}`}
      checked={selection.has(item.id)}
      // A click, also one by the space bar, knows whether Shift is held; a change does not.
      onClick={({ shiftKey }) => selection.choose(item.id, shiftKey)}
    />
  );
}
