import Button from "@mui/material/Button";
import { ArchiveRestore, Download, Pencil, RotateCcw, SlidersHorizontal, Square, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link, useNavigate } from "react-router";
import { messageOf } from "@/api/problem";
import type { Grid } from "@/api/types";
import { useBulkChange } from "@/features/content";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { ExportDialog } from "./export-dialog";
import { useGridAction } from "./queries";
import { RenameDialog } from "./rename-dialog";

const icon = { minWidth: 44, px: 1 } as const;

interface GridActionsProps {
  readonly grid: Grid;
  /** The shown value of the z axis. */
  readonly layer: number;
}

/** Return the number of cells whose jobs have not ended. */
export const openCount = ({ counts }: Grid): number =>
  (counts.pending ?? 0) + (counts.queued ?? 0) + (counts.running ?? 0);

const trashedIn = ({ cells }: Grid): number[] =>
  cells.flatMap(({ deleted, content_id: id }) => (deleted === "trash" && id !== null ? [id] : []));

/** Cancels, retries, restores, reuses, exports, renames and deletes a grid. */
export function GridActions({ grid, layer }: GridActionsProps) {
  const action = useGridAction(grid.id);
  const toast = useToast();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<"export" | "rename" | "delete" | null>(null);
  const close = () => setDialog(null);
  const restore = useBulkChange();
  const deleted = grid.trash_count + grid.purged_count;
  const failed = (grid.counts.failed ?? 0) + (grid.counts.cancelled ?? 0);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
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
      {grid.trash_count > 0 ? (
        <Button
          variant="outlined"
          startIcon={<ArchiveRestore size={16} aria-hidden />}
          disabled={restore.isPending}
          onClick={() => restore.mutate({ action: "restore", ids: trashedIn(grid) }, { onError })}
        >
          Restore {grid.trash_count}
        </Button>
      ) : null}
      {deleted > 0 ? (
        <Button
          variant="outlined"
          startIcon={<RotateCcw size={16} aria-hidden />}
          disabled={action.isPending}
          onClick={() => action.mutate("makeDeleted", { onError })}
        >
          Make {deleted} again
        </Button>
      ) : null}
      <Button
        variant="outlined"
        component={Link}
        to={`/generate?grid=${grid.id}`}
        startIcon={<SlidersHorizontal size={16} aria-hidden />}
      >
        Reuse settings
      </Button>
      <Button
        variant="outlined"
        onClick={() => setDialog("export")}
        startIcon={<Download size={16} aria-hidden />}
      >
        Export image
      </Button>
      <Tooltip title="Rename grid">
        <Button color="inherit" aria-label="Rename grid" sx={icon} onClick={() => setDialog("rename")}>
          <Pencil size={17} aria-hidden />
        </Button>
      </Tooltip>
      <Tooltip title="Delete grid">
        <Button color="inherit" aria-label="Delete grid" sx={icon} onClick={() => setDialog("delete")}>
          <Trash2 size={17} aria-hidden />
        </Button>
      </Tooltip>
      <ExportDialog grid={grid} layer={layer} isOpen={dialog === "export"} onClose={close} />
      {dialog === "rename" ? <RenameDialog grid={grid} onClose={close} /> : null}
      <ConfirmDialog
        isOpen={dialog === "delete"}
        onClose={close}
        title="Delete this grid?"
        verb="Delete"
        onConfirm={() => action.mutate("delete", { onError, onSuccess: () => navigate("/generate/grids") })}
      >
        Its images remain in the gallery.
      </ConfirmDialog>
    </>
  );
}
