import Box from "@mui/material/Box";
import { useRef } from "react";
import type { Grid, GridAxis } from "@/api/types";
import { useTileNavigation } from "@/lib/use-tile-navigation";
import { GridCellView } from "./grid-cell";
import { labelOf } from "./parameters";

interface MatrixProps {
  readonly grid: Grid;
  /** Which value of the z axis is shown. */
  readonly layer: number;
  /** Width of a cell in pixels. */
  readonly size: number;
}

const sticky = { position: "sticky", zIndex: 1, bgcolor: "background.default" } as const;
const label = {
  p: 0.75,
  fontWeight: 600,
  fontSize: "0.875rem",
  lineHeight: 1.3,
  overflowWrap: "anywhere",
} as const;
// Columns that do not fit would else take the width of the labels.
const rowLabel = { minWidth: { xs: 84, sm: 110 } } as const;

/** The cells of one layer as a table whose labels stay visible while it is scrolled. */
export function Matrix({ grid, layer, size }: MatrixProps) {
  const container = useRef<HTMLDivElement>(null);
  useTileNavigation(container);
  const [x, y, z] = grid.axes;
  const columns = valuesOf(x);
  const rows = valuesOf(y);
  const cells = grid.cells.filter((cell) => cell.z === layer);
  const { width, height } = sizeOf(grid);
  const layerName = z === undefined ? "" : `, ${labelOf(z, z.values[layer] ?? null)}`;
  return (
    <Box
      ref={container}
      sx={{ overflow: "auto", maxHeight: { xs: "75dvh", md: "calc(100dvh - 250px)" }, mx: { xs: -2, sm: 0 } }}
      tabIndex={0}
      role="region"
      aria-label={`Cells${layerName}`}
    >
      <Box component="table" sx={{ borderCollapse: "separate", borderSpacing: "6px", tableLayout: "fixed" }}>
        <thead>
          <tr>
            {y === undefined ? null : (
              <Box component="td" sx={{ ...sticky, top: 0, left: 0, zIndex: 2, ...rowLabel }} />
            )}
            {columns.map((value, place) => (
              <Box
                component="th"
                scope="col"
                // biome-ignore lint/suspicious/noArrayIndexKey: the values of an axis never change
                key={place}
                sx={{ ...sticky, ...label, top: 0, width: size, minWidth: size }}
              >
                {x === undefined ? "" : labelOf(x, value)}
              </Box>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((value, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the values of an axis never change
            <tr key={row}>
              {y === undefined ? null : (
                <Box
                  component="th"
                  scope="row"
                  sx={{ ...sticky, ...label, left: 0, ...rowLabel, textAlign: "right" }}
                >
                  {labelOf(y, value)}
                </Box>
              )}
              {cells
                .filter((cell) => cell.y === row)
                .map((cell) => (
                  <Box component="td" key={cell.x} data-tile sx={{ p: 0, verticalAlign: "top", width: size }}>
                    <GridCellView
                      cell={cell}
                      name={nameOf(grid, cell.x, row) + layerName}
                      size={size}
                      width={width}
                      height={height}
                    />
                  </Box>
                ))}
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

const valuesOf = (axis: GridAxis | undefined): readonly (string | number | null)[] => axis?.values ?? [null];

function nameOf(grid: Grid, column: number, row: number): string {
  const [x, y] = grid.axes;
  const parts = [
    x === undefined ? "" : labelOf(x, x.values[column] ?? null),
    y === undefined ? "" : labelOf(y, y.values[row] ?? null),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

/** Return the size of the cells: of an image that is there, else as requested. */
function sizeOf({ cells, request }: Grid): { width: number; height: number } {
  const picture = cells.find((cell) => cell.picture !== null)?.picture;
  if (picture) return picture;
  const { width, height } = request as { width?: number; height?: number };
  return { width: width ?? 1, height: height ?? 1 };
}
