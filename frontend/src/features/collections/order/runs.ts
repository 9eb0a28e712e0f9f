import type { Place } from "./reordered";

/** The most items that one request moves. */
const MAX_IDS = 500;

/** Items that go to one place. */
export interface Run {
  readonly ids: readonly number[];
  readonly place: Place;
}

/**
 * Return the moves that put items back where they were, one after the other.
 *
 * Items are in runs behind the item before them. Those that are not in the order stay where they are.
 */
export function runsOf(order: readonly number[], ids: readonly number[]): Run[] {
  const wanted = new Set(ids);
  const runs: { ids: number[]; place: Place }[] = [];
  order.forEach((id, index) => {
    if (!wanted.has(id)) return;
    const before = order[index - 1];
    const open = runs.at(-1);
    if (open !== undefined && open.ids.at(-1) === before && open.ids.length < MAX_IDS) open.ids.push(id);
    else runs.push({ ids: [id], place: before === undefined ? firstOf(order, wanted) : { after: before } });
  });
  return runs;
}

/** Return the place before all items that stay. */
function firstOf(order: readonly number[], wanted: ReadonlySet<number>): Place {
  const other = order.find((id) => !wanted.has(id));
  return other === undefined ? {} : { before: other };
}
