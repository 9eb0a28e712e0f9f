import Box from "@mui/material/Box";
import { type ReactNode, useMemo, useRef } from "react";
import { useTileNavigation } from "@/lib/use-tile-navigation";
import { useWidth } from "@/lib/use-width";
import { layOutRows, type Sized, shownRatio } from "./layout";
import { useVisibleRows } from "./use-visible-rows";

interface JustifiedGridProps<T extends Sized> {
  readonly items: readonly T[];
  readonly keyOf: (item: T) => number;
  readonly children: (item: T, size: { readonly width: number; readonly height: number }) => ReactNode;
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
    <Box
      ref={container}
      role="list"
      aria-label={label}
      sx={{ position: "relative", height: last === undefined ? 0 : last.top + last.height }}
    >
      {visible.map((row) => (
        <Box
          key={row.start}
          role="presentation"
          sx={{ position: "absolute", top: 0, left: 0, display: "flex", gap: `${gap}px` }}
          style={{ transform: `translateY(${row.top}px)` }}
        >
          {items.slice(row.start, row.end).map((item, offset) => {
            const size = { width: shownRatio(item) * row.height, height: row.height };
            return (
              <Box
                key={keyOf(item)}
                data-tile
                role="listitem"
                aria-posinset={row.start + offset + 1}
                aria-setsize={-1}
                style={size}
                sx={{ flex: "none" }}
              >
                {children(item, size)}
              </Box>
            );
          })}
        </Box>
      ))}
    </Box>
  );
}
