import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import { useQuery } from "@tanstack/react-query";
import { Download, RotateCcw, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { messageOf } from "@/api/problem";
import type { Grid } from "@/api/types";
import { useJobStream } from "@/features/jobs";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Page } from "@/ui/page";
import { ProblemState } from "@/ui/problem-state";
import { ProgressBar } from "@/ui/progress-bar";
import { range } from "@/ui/slider-field";
import { TabLinks } from "@/ui/tab-links";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { Matrix } from "./matrix";
import { describeAxes, labelOf } from "./parameters";
import { gridQuery, useGridAction } from "./queries";

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
  const z = grid.axes[2];
  const layer = Math.min(Math.max(Number(search.get("z")) || 0, 0), (z?.values.length ?? 1) - 1);
  const [size, setSize] = useState(() => initialSize(grid));
  const done = grid.counts.completed ?? 0;
  const title = grid.title || grid.prompt.slice(0, 80) || "Grid";
  return (
    <Page
      title={title}
      description={`${describeAxes(grid.axes)} · ${done} of ${grid.cell_count} images`}
      actions={<Actions grid={grid} layer={z === undefined ? null : layer} />}
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

/** Return the number of cells whose jobs have not ended. */
const openCount = ({ counts }: Grid): number =>
  (counts.pending ?? 0) + (counts.queued ?? 0) + (counts.running ?? 0);

/** Return the largest width at which all columns fit, within limits. */
function initialSize({ axes }: Grid): number {
  const columns = axes[0]?.values.length ?? 1;
  const isNarrow = window.innerWidth < 600;
  const navigation = window.innerWidth < 900 ? 32 : 320;
  const labels = axes[1] === undefined || isNarrow ? 0 : 122;
  const available = Math.min(window.innerWidth, 1600) - navigation - labels;
  const gap = isNarrow ? 6 : SIZES.step;
  const fitting = Math.floor(available / columns) - gap;
  return Math.min(Math.max(fitting, isNarrow ? 100 : 120), 300);
}

interface ActionsProps {
  readonly grid: Grid;
  /** The shown value of the z axis; null without that axis. */
  readonly layer: number | null;
}

function Actions({ grid, layer }: ActionsProps) {
  const action = useGridAction(grid.id);
  const toast = useToast();
  const navigate = useNavigate();
  const [isDeleting, setIsDeleting] = useState(false);
  const failed = (grid.counts.failed ?? 0) + (grid.counts.cancelled ?? 0);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const query = layer === null ? "" : `&z=${layer}`;
  return (
    <>
      {openCount(grid) > 0 ? (
        <Button
          color="inherit"
          startIcon={<Square size={15} aria-hidden />}
          disabled={action.isPending}
          onClick={() => action.mutate("cancel", { onError })}
        >
          Cancel
        </Button>
      ) : null}
      {failed > 0 ? (
        <Button
          variant="outlined"
          startIcon={<RotateCcw size={16} aria-hidden />}
          disabled={action.isPending}
          onClick={() => action.mutate("retry", { onError })}
        >
          Retry {failed}
        </Button>
      ) : null}
      <Button
        variant="outlined"
        component="a"
        href={`/api/v1/grids/${grid.id}/image?size=medium${query}`}
        download
        startIcon={<Download size={16} aria-hidden />}
      >
        Export image
      </Button>
      <Tooltip title="Delete grid">
        <Button
          color="inherit"
          aria-label="Delete grid"
          sx={{ minWidth: 44 }}
          onClick={() => setIsDeleting(true)}
        >
          <Trash2 size={17} aria-hidden />
        </Button>
      </Tooltip>
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setIsDeleting(false)}
        title="Delete this grid?"
        verb="Delete"
        onConfirm={() => action.mutate("delete", { onError, onSuccess: () => navigate("/generate/grids") })}
      >
        Its images remain in the gallery.
      </ConfirmDialog>
    </>
  );
}
