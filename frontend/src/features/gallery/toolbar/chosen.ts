/** What requests name for a selection; pure functions. */
import type { Chosen } from "@/features/collections";
import type { SelectionState } from "../selection-state";

/** Return what a request names: single images, or the filter for all. */
export function chosenOf({ ids, all }: SelectionState): Chosen {
  if (all === null) return { ids: [...ids] };
  return { filter: { ...all.filter, except_ids: [...all.except] } };
}

/** Return the selected image if it is the only one. */
export function onlyOf({ ids, all }: SelectionState): number | null {
  const [id] = ids;
  return all === null && ids.size === 1 && id !== undefined ? id : null;
}

/** Most images that are compared. */
const MOST_COMPARED = 4;

/** Return the address of the comparison of the selected images; null unless there are two to four. */
export function comparisonOf({ ids, all }: SelectionState): string | null {
  if (all !== null || ids.size < 2 || ids.size > MOST_COMPARED) return null;
  return `/compare?ids=${[...ids].join(",")}`;
}
