import { type ReactNode, useCallback, useMemo, useRef } from "react";
import { useTileNavigation } from "@/lib/use-tile-navigation";
import { useWidth } from "@/lib/use-width";
import { type Row, type Size, TileRow, useVisibleRows } from "./justified";

interface UniformGridProps<T> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => number;
  /** Draws a cell. All cells are drawn again when it is another function. */
  readonly children: (item: T, size: Size) => ReactNode;
  readonly label: string;
  /** Called once the rows have their heights. */
  readonly onReady?: () => void;
  /** Minimum cell width in pixels for an available width; without it each cell takes a whole row. */
  readonly minWidthOf?: (available: number) => number;
  /** Height in pixels of a cell of this width; cells must have exactly this height. */
  readonly heightOf: (width: number) => number;
  readonly gap: number;
}

/** A grid of cells of one size. Only the rows near the viewport are in the DOM. */
export function UniformGrid<T>(props: UniformGridProps<T>) {
  const { items, keyOf, children, label, minWidthOf, heightOf, gap, onReady } = props;
  const container = useRef<HTMLDivElement>(null);
  const width = useWidth(container);
  useTileNavigation(container);
  const minWidth = minWidthOf?.(width) ?? width;
  const columns = Math.max(1, Math.floor((width + gap) / (minWidth + gap)));
  const cellWidth = (width - gap * (columns - 1)) / columns;
  const height = heightOf(cellWidth);
  const rows = useMemo(
    () => (width === 0 ? [] : rowsOf(items.length, columns, height, gap)),
    [items.length, columns, height, gap, width],
  );
  const visible = useVisibleRows(rows, container, onReady);
  const last = rows.at(-1);
  const sizeOf = useCallback(() => ({ width: cellWidth, height }), [cellWidth, height]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are between the list and its items
    <div
      ref={container}
      role="list"
      aria-label={label}
      style={{ position: "relative", height: last === undefined ? 0 : last.top + last.height }}
    >
      {visible.map((row) => (
        <TileRow key={row.start} row={row} items={items} keyOf={keyOf} sizeOf={sizeOf} gap={gap}>
          {children}
        </TileRow>
      ))}
    </div>
  );
}

function rowsOf(count: number, columns: number, height: number, gap: number): Row[] {
  return Array.from({ length: Math.ceil(count / columns) }, (_, row) => ({
    start: row * columns,
    end: Math.min(count, (row + 1) * columns),
    top: row * (height + gap),
    height,
  }));
}
