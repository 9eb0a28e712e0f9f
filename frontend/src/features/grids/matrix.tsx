import Box from "@mui/material/Box";
import useMediaQuery from "@mui/material/useMediaQuery";
import { Fragment, useCallback, useRef } from "react";
import { messageOf } from "@/api/problem";
import type { Grid, GridAxis, GridCell } from "@/api/types";
import { useTileNavigation } from "@/lib/use-tile-navigation";
import { useToast } from "@/ui/toast";
import { GridCellView } from "./grid-cell";
import { axisOf, labelOf } from "./parameters";
import { useRetryCells } from "./queries";

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
const rowLabel = { minWidth: 110 } as const;

/** The cells of one layer as a table whose labels stay visible while it is scrolled. */
export function Matrix({ grid, layer, size }: MatrixProps) {
  const container = useRef<HTMLDivElement>(null);
  useTileNavigation(container);
  const x = axisOf(grid, "x");
  const y = axisOf(grid, "y");
  const z = axisOf(grid, "z");
  const columns = valuesOf(x);
  const rows = valuesOf(y);
  const cells = grid.cells.filter((cell) => cell.z === layer);
  const { width, height } = sizeOf(grid);
  const layerName = z === undefined ? "" : `, ${labelOf(z, z.values[layer] ?? null)}`;
  // On a phone, the labels of the rows are above them: the cells get the width.
  const isNarrow = useMediaQuery((theme) => theme.breakpoints.down("sm"), { noSsr: true });
  const hasRowHeads = y !== undefined && !isNarrow;
  const retry = useRetry(grid.id);
  return (
    <Box
      ref={container}
      sx={{
        overflow: "auto",
        maxHeight: { xs: "75dvh", md: "calc(100dvh - 250px)" },
        mx: { xs: "-4px", sm: "-6px" },
      }}
      tabIndex={0}
      role="region"
      aria-label={`Cells${layerName}`}
    >
      <Box
        component="table"
        sx={{ borderCollapse: "separate", borderSpacing: { xs: "4px", sm: "6px" }, tableLayout: "fixed" }}
      >
        <thead>
          <tr>
            {hasRowHeads ? (
              <Box component="td" sx={{ ...sticky, top: 0, left: 0, zIndex: 3, ...rowLabel }} />
            ) : null}
            {columns.map((value, place) => (
              <Box
                component="th"
                scope="col"
                // biome-ignore lint/suspicious/noArrayIndexKey: the values of an axis never change
                key={place}
                sx={{ ...sticky, ...label, top: 0, zIndex: 2, width: size, minWidth: size }}
              >
                {x === undefined ? "" : labelOf(x, value)}
              </Box>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((value, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the values of an axis never change
            <Fragment key={row}>
              {y === undefined || hasRowHeads ? null : (
                <tr>
                  <Box
                    component="th"
                    scope="row"
                    colSpan={columns.length}
                    sx={{ ...label, textAlign: "left" }}
                  >
                    <Box component="span" sx={{ position: "sticky", left: 6 }}>
                      {labelOf(y, value)}
                    </Box>
                  </Box>
                </tr>
              )}
              <tr>
                {hasRowHeads ? (
                  <Box
                    component="th"
                    scope="row"
                    sx={{ ...sticky, ...label, left: 0, ...rowLabel, textAlign: "right" }}
                  >
                    {labelOf(y, value)}
                  </Box>
                ) : null}
                {cells
                  .filter((cell) => cell.y === row)
                  .map((cell) => (
                    <Box
                      component="td"
                      key={cell.x}
                      data-tile
                      sx={{ p: 0, verticalAlign: "top", width: size }}
                    >
                      <GridCellView
                        cell={cell}
                        name={nameOf(grid, cell.x, row) + layerName}
                        size={size}
                        width={width}
                        height={height}
                        onRetry={retry}
                      />
                    </Box>
                  ))}
              </tr>
            </Fragment>
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

/** Return the function that runs the job of a cell again; always the same, so that no other cell is drawn. */
function useRetry(gridId: number) {
  const { mutate } = useRetryCells(gridId);
  const toast = useToast();
  return useCallback(
    (cell: GridCell) =>
      mutate([cell], { onError: (error) => toast({ message: messageOf(error), severity: "error" }) }),
    [mutate, toast],
  );
}

const valuesOf = (axis: GridAxis | undefined): readonly (string | number | null)[] => axis?.values ?? [null];

function nameOf(grid: Grid, column: number, row: number): string {
  const x = axisOf(grid, "x");
  const y = axisOf(grid, "y");
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
