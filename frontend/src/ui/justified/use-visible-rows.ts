import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Row } from "./layout";
import { nextRange, type Range } from "./range";

/** Rows are kept in the DOM up to this many pixels above and below the viewport. */
const MARGIN_PX = 900;

/**
 * Return the rows near the viewport; render again only when that range changes.
 *
 * Visible rows are drawn at once, those around them a few per frame. `onReady` is called once the rows
 * have their heights, so that a scroll offset can be restored.
 */
export function useVisibleRows(
  rows: readonly Row[],
  container: RefObject<HTMLElement | null>,
  onReady?: () => void,
): readonly Row[] {
  const [range, setRange] = useState<Range>({ first: 0, last: -1 });
  const drawn = useRef(range);
  useLayoutEffect(() => {
    let frame = 0;
    const update = () => {
      frame = 0;
      const top = container.current?.getBoundingClientRect().top ?? 0;
      const around = (margin: number): Range => ({
        first: rowAt(rows, -top - margin),
        last: rowAt(rows, -top + window.innerHeight + margin),
      });
      const near = around(MARGIN_PX);
      const next = nextRange(drawn.current, around(0), near);
      if (next.first !== near.first || next.last !== near.last) schedule();
      if (next.first === drawn.current.first && next.last === drawn.current.last) return;
      drawn.current = next;
      setRange(next);
    };
    const schedule = () => {
      frame ||= requestAnimationFrame(update);
    };
    update();
    window.addEventListener("scroll", schedule, { passive: true });
    window.addEventListener("resize", schedule);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", schedule);
      window.removeEventListener("resize", schedule);
    };
  }, [rows, container]);
  const isReady = rows.length > 0;
  useEffect(() => {
    if (isReady) onReady?.();
  }, [isReady, onReady]);
  return rows.slice(range.first, range.last + 1);
}

/** Return the index of the row at `y` pixels below the top of the list, by bisection. */
function rowAt(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = Math.max(0, rows.length - 1);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((rows[middle]?.top ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
