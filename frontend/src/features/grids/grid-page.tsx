import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import type { Grid } from "@/api/types";
import { useJobStream } from "@/features/jobs";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { ProgressBar } from "@/ui/progress-bar";
import { range } from "@/ui/slider-field";
import { TabLinks } from "@/ui/tab-links";
import { GridActions, openCount } from "./grid-actions";
import { Matrix } from "./matrix";
import { axisOf, describeAxes, labelOf } from "./parameters";
import { gridQuery } from "./queries";

const POLL_MS = 4_000;
const SIZES = { min: 72, max: 420, step: 12 } as const;

/** A grid that fills while its jobs run. */
export function GridPage() {
  const id = Number(useParams().id);
  const liveness = useJobStream();
  const query = useQuery({
    ...gridQuery(id),
    refetchInterval: ({ state }) =>
      liveness !== "live" && state.data !== undefined && openCount(state.data) > 0 ? POLL_MS : false,
  });
  if (query.data !== undefined) return <LoadedGrid grid={query.data} />;
  return (
    <Page title="Grid">
      {query.isError ? (
        <ProblemState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Skeleton variant="rounded" sx={{ height: 420, borderRadius: "14px" }} aria-label="Loading" />
      )}
    </Page>
  );
}

function LoadedGrid({ grid }: { readonly grid: Grid }) {
  const [search] = useSearchParams();
  const z = axisOf(grid, "z");
  const layer = Math.min(Math.max(Number(search.get("z")) || 0, 0), (z?.values.length ?? 1) - 1);
  const [size, setSize] = useState(() => initialSize(grid));
  const title = grid.title || grid.prompt.slice(0, 80) || "Grid";
  return (
    <Page
      title={title}
      description={`${describeAxes(grid.axes)} · ${grid.image_count} of ${grid.cell_count} images`}
      actions={<GridActions grid={grid} layer={layer} />}
    >
      <Box sx={{ display: "grid", gap: 2 }}>
        {openCount(grid) > 0 ? (
          <ProgressBar value={(100 * (grid.cell_count - openCount(grid))) / grid.cell_count} label="Cells" />
        ) : null}
        {z === undefined ? null : (
          <Box sx={{ mt: 1.5, mb: -2 }}>
            <TabLinks
              label="Values of the z axis"
              current={pathOf(grid.id, layer)}
              links={z.values.map((value, place) => ({
                path: pathOf(grid.id, place),
                label: labelOf(z, value),
              }))}
            />
          </Box>
        )}
        <Matrix grid={grid} layer={layer} size={size} />
        <Box sx={{ display: "flex", alignItems: "center", gap: 2, maxWidth: 320 }}>
          <span id="cell-size" style={{ whiteSpace: "nowrap" }}>
            Cell size
          </span>
          <Box
            component="input"
            type="range"
            aria-labelledby="cell-size"
            value={size}
            {...SIZES}
            onChange={(event: { readonly currentTarget: HTMLInputElement }) =>
              setSize(Number(event.currentTarget.value))
            }
            sx={range}
          />
        </Box>
      </Box>
    </Page>
  );
}

const pathOf = (id: number, layer: number): string => `/grids/${id}${layer === 0 ? "" : `?z=${layer}`}`;

/** Return the largest width at which all columns fit, within limits. */
function initialSize(grid: Grid): number {
  const columns = axisOf(grid, "x")?.values.length ?? 1;
  // Without the scroll bar of the page.
  const width = document.documentElement.clientWidth;
  const isNarrow = width < 600;
  const navigation = width < 900 ? 32 : 320;
  const labels = axisOf(grid, "y") === undefined || isNarrow ? 0 : 122;
  const available = Math.min(width, 1600) - navigation - labels;
  const gap = isNarrow ? 6 : SIZES.step;
  const fitting = Math.floor(available / columns) - gap;
  return Math.min(Math.max(fitting, isNarrow ? 100 : 120), 300);
}
