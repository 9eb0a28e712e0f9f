import { memo, type ReactNode } from "react";
import type { Row } from "./layout";

export interface Size {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

interface TileRowProps<T> {
  readonly row: Row;
  readonly items: readonly T[];
  readonly keyOf: (item: T) => number;
  readonly sizeOf: (item: T, row: Row) => Size;
  readonly children: (item: T, size: Size) => ReactNode;
  /** Pixels between tiles. */
  readonly gap: number;
}

function DrawnRow<T>({ row, items, keyOf, sizeOf, children, gap }: TileRowProps<T>) {
  return (
    <div
      role="presentation"
      className="tile-row"
      style={{ transform: `translateY(${row.top}px)`, gap: `${gap}px` }}
    >
      {items.slice(row.start, row.end).map((item, offset) => {
        const size = sizeOf(item, row);
        return (
          // biome-ignore lint/a11y/useSemanticElements: no child of a list element
          <div
            key={keyOf(item)}
            data-tile
            role="listitem"
            aria-posinset={row.start + offset + 1}
            aria-setsize={-1}
            style={size}
          >
            {children(item, size)}
          </div>
        );
      })}
    </div>
  );
}

function isSame<T>(before: TileRowProps<T>, after: TileRowProps<T>): boolean {
  const [old, row] = [before.row, after.row];
  return (
    before.children === after.children &&
    before.sizeOf === after.sizeOf &&
    before.keyOf === after.keyOf &&
    before.gap === after.gap &&
    old.start === row.start &&
    old.end === row.end &&
    old.top === row.top &&
    old.height === row.height &&
    before.items.slice(row.start, row.end).every((item, offset) => item === after.items[row.start + offset])
  );
}

/**
 * One row of a grid of tiles. It is drawn again only when its own items, their place or one of the
 * functions change, not when the grid scrolls or grows.
 */
export const TileRow = memo(DrawnRow, isSame) as typeof DrawnRow;
