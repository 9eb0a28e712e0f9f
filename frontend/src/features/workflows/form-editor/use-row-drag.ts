import { type PointerEvent, useRef, useState } from "react";

interface RowDrag {
  /** The element whose children are the rows. */
  readonly list: React.RefObject<HTMLUListElement | null>;
  /** Where the dragged row is; null without one. */
  readonly index: number | null;
  /** Return the handler that starts dragging the row at an index; for mouse, pen and finger. */
  readonly start: (index: number) => (event: PointerEvent<HTMLElement>) => void;
}

/** Moves the rows of a list while a handle is dragged. */
export function useRowDrag(onMove: (from: number, to: number) => void): RowDrag {
  const list = useRef<HTMLUListElement | null>(null);
  const [index, setIndex] = useState<number | null>(null);
  // The handlers live as long as the drag, the order changes meanwhile.
  const latest = useRef(onMove);
  latest.current = onMove;
  const start = (from: number) => (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.currentTarget.focus();
    let at = from;
    setIndex(from);
    const follow = (move: globalThis.PointerEvent) => {
      const to = rowAt(list.current, move.clientY, at);
      if (to === at) return;
      latest.current(at, to);
      at = to;
      setIndex(to);
    };
    const end = () => {
      window.removeEventListener("pointermove", follow);
      window.removeEventListener("pointerup", end);
      window.removeEventListener("pointercancel", end);
      setIndex(null);
    };
    window.addEventListener("pointermove", follow);
    window.addEventListener("pointerup", end);
    window.addEventListener("pointercancel", end);
  };
  return { list, index, start };
}

/**
 * Return the index of the row to which a row at `at` moves while the pointer is at `y`.
 *
 * A row moves aside when the pointer has passed its middle: rows of other heights would swap back and forth.
 */
function rowAt(list: HTMLElement | null, y: number, at: number): number {
  const rows = [...(list?.children ?? [])].map((row) => row.getBoundingClientRect());
  let to = at;
  while (to > 0 && y < middleOf(rows[to - 1])) to -= 1;
  if (to < at) return to;
  while (to < rows.length - 1 && y > middleOf(rows[to + 1])) to += 1;
  return to;
}

const middleOf = (box: DOMRect | undefined): number => (box === undefined ? 0 : box.top + box.height / 2);
