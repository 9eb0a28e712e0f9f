import { type ReactNode, useMemo, useRef } from "react";
import { useTileNavigation } from "@/lib/use-tile-navigation";
import { useWidth } from "@/lib/use-width";
import { layOutRows, type Row, type Sized, shownRatio } from "./layout";
import { type Size, TileRow } from "./tile-row";
import { useVisibleRows } from "./use-visible-rows";

interface JustifiedGridProps<T extends Sized> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => number;
  /** Draws a tile. All tiles are drawn again when it is another function. */
  readonly children: (item: T, size: Size) => ReactNode;
  readonly label: string;
  /** Called once the rows have their heights. */
  readonly onReady?: () => void;
  /** Target row height in pixels. */
  readonly rowHeight?: number;
}

const GAP_PX = 10;
const NARROW_PX = 600;

/** Images in justified rows. Only the rows near the viewport are in the DOM. */
export function JustifiedGrid<T extends Sized>(props: JustifiedGridProps<T>) {
  const { items, keyOf, children, label, onReady, rowHeight = 260 } = props;
  const container = useRef<HTMLDivElement>(null);
  const width = useWidth(container);
  useTileNavigation(container);
  const gap = width < NARROW_PX ? 6 : GAP_PX;
  const targetHeight = width < NARROW_PX ? Math.min(rowHeight, 180) : rowHeight;
  const rows = useMemo(
    () => layOutRows(items, { width, targetHeight, gap }),
    [items, width, targetHeight, gap],
  );
  const visible = useVisibleRows(rows, container, onReady);
  const last = rows.at(-1);

  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are between the list and its items
    <div
      ref={container}
      role="list"
      aria-label={label}
      style={{ position: "relative", height: last === undefined ? 0 : last.top + last.height }}
    >
      {visible.map((row) => (
        <TileRow key={row.start} row={row} items={items} keyOf={keyOf} sizeOf={sizeIn} gap={gap}>
          {children}
        </TileRow>
      ))}
    </div>
  );
}

const sizeIn = (item: Sized, row: Row): Size => ({
  width: shownRatio(item) * row.height,
  height: row.height,
});
