/** Which rows of a grid are in the DOM while it scrolls; pure functions. */

/** Indices of rows, both included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** Rows beyond the visible ones that are added in one frame, at each end. */
const ROWS_PER_FRAME = 1;

/**
 * Return the rows to draw in the next frame, given those drawn, those visible and those near the viewport.
 *
 * All visible rows are drawn. Rows that are already drawn stay while they are near. Others are added one
 * at a time, and none in a frame in which a visible row has to be drawn: the user scrolls too fast for
 * rows ahead to be of use.
 */
export function nextRange(drawn: Range, visible: Range, near: Range): Range {
  const kept = { first: Math.max(drawn.first, near.first), last: Math.min(drawn.last, near.last) };
  const isKept = kept.first <= kept.last && kept.first <= visible.last + 1 && kept.last >= visible.first - 1;
  if (!isKept) return visible;
  const first = Math.min(kept.first, visible.first);
  const last = Math.max(kept.last, visible.last);
  if (first < kept.first || last > kept.last) return { first, last };
  return {
    first: Math.max(near.first, first - ROWS_PER_FRAME),
    last: Math.min(near.last, last + ROWS_PER_FRAME),
  };
}
