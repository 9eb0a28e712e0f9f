import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useEffect, useLayoutEffect, useState } from "react";
import type { Row } from "./layout";

/** Rows are kept in the DOM up to about this many pixels above and below the viewport. */
const MARGIN_PX = 900;

/**
 * Return the rows near the viewport.
 *
 * `onReady` is called once the rows have their heights, so that a scroll offset can be restored.
 */
export function useVisibleRows(
  rows: readonly Row[],
  container: RefObject<HTMLElement | null>,
  onReady?: () => void,
): readonly Row[] {
  const [scrollMargin, setScrollMargin] = useState(0);
  const firstHeight = heightAt(rows, 0);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => heightAt(rows, index),
    scrollMargin,
    overscan: firstHeight === 0 ? 0 : Math.ceil(MARGIN_PX / firstHeight),
    initialOffset: () => window.scrollY,
    useFlushSync: false,
  });
  useLayoutEffect(() => {
    setScrollMargin((container.current?.getBoundingClientRect().top ?? 0) + window.scrollY);
    // Sizes are cached: all rows change with the width, and the last one with every loaded page.
    if (rows.length > 0) virtualizer.measure();
  }, [virtualizer, rows, container]);
  const isReady = rows.length > 0;
  useEffect(() => {
    if (isReady) onReady?.();
  }, [isReady, onReady]);
  return virtualizer.getVirtualItems().flatMap(({ index }) => rows[index] ?? []);
}

/** Return the height in pixels of a row, including the gap to the next one; 0 without such a row. */
function heightAt(rows: readonly Row[], index: number): number {
  const row = rows[index];
  if (row === undefined) return 0;
  return (rows[index + 1]?.top ?? row.top + row.height) - row.top;
}
