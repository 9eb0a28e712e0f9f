/** Which images of a list are selected: single ones, or all that match a filter; pure functions. */
import type { BulkFilter } from "@/api/types";

/** All images that match a filter. The server finds them: most are not loaded. */
export interface AllMatching {
  readonly filter: BulkFilter;
  /** Null if there are more than the server counts. */
  readonly total: number | null;
  /** Images that were deselected again. */
  readonly except: ReadonlySet<number>;
}

export interface SelectionState {
  readonly ids: ReadonlySet<number>;
  readonly all: AllMatching | null;
  /** The image that was selected last: a range starts there. */
  readonly anchor: number | null;
}

export const NOTHING: SelectionState = { ids: new Set(), all: null, anchor: null };

export const isSelected = ({ ids, all }: SelectionState, id: number): boolean =>
  all === null ? ids.has(id) : !all.except.has(id);

/** Return the number of selected images; null if there are more than the server counts. */
export function countOf({ ids, all }: SelectionState): number | null {
  if (all === null) return ids.size;
  return all.total === null ? null : Math.max(0, all.total - all.except.size);
}

/** Select an image, or deselect it. */
export function toggled(state: SelectionState, id: number): SelectionState {
  return withSelected(state, [id], !isSelected(state, id));
}

/** Select the images from the one selected last to this one, in the order of the list. */
export function selectedTo(state: SelectionState, id: number, order: readonly number[]): SelectionState {
  const [from, to] = [order.indexOf(state.anchor ?? id), order.indexOf(id)];
  if (from === -1 || to === -1) return toggled(state, id);
  const range = order.slice(Math.min(from, to), Math.max(from, to) + 1);
  return { ...withSelected(state, range, true), anchor: id };
}

function withSelected(state: SelectionState, ids: readonly number[], isOn: boolean): SelectionState {
  const { all } = state;
  const anchor = ids.at(-1) ?? null;
  if (all === null) return { ids: changed(state.ids, ids, isOn), all, anchor };
  return { ...state, all: { ...all, except: changed(all.except, ids, !isOn) }, anchor };
}

function changed(set: ReadonlySet<number>, ids: readonly number[], isAdded: boolean): ReadonlySet<number> {
  const next = new Set(set);
  for (const id of ids) {
    if (isAdded) next.add(id);
    else next.delete(id);
  }
  return next;
}
