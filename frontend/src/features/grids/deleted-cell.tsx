import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { ArchiveRestore, ImageOff, type LucideIcon, RotateCcw } from "lucide-react";
import { messageOf } from "@/api/problem";
import type { GridCell } from "@/api/types";
import { useRestoreContent } from "@/features/content";
import { useToast } from "@/ui/toast";
import { empty } from "./empty-cell-style";

interface DeletedCellProps {
  readonly cell: GridCell;
  readonly name: string;
  /** Width in pixels at which it is shown. */
  readonly size: number;
  readonly ratio: string;
  /** Makes the image again with the same settings and seed. */
  readonly onRetry: (cell: GridCell) => void;
}

/** Width below which the actions have no texts. */
const NARROW_PX = 124;

/** A cell whose image was deleted: it is restored from the trash, or made again. */
export function DeletedCell({ cell, name, size, ratio, onRetry }: DeletedCellProps) {
  const restore = useRestoreContent();
  const toast = useToast();
  const { content_id: id } = cell;
  const text = cell.deleted === "trash" ? "In the trash" : "Deleted";
  const isNarrow = size < NARROW_PX;
  return (
    <Box
      role="group"
      aria-label={`${text}: ${name}`}
      sx={{ ...empty, p: 0.5, borderColor: "divider", color: "text.secondary", aspectRatio: ratio }}
    >
      {isNarrow ? null : <ImageOff size={20} aria-hidden />}
      <Typography variant="caption" sx={{ lineHeight: 1.25 }}>
        {text}
      </Typography>
      <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "center" }}>
        {cell.deleted === "trash" && id !== null ? (
          <CellAction
            icon={ArchiveRestore}
            label="Restore"
            name={name}
            isNarrow={isNarrow}
            isDisabled={restore.isPending}
            onClick={() =>
              restore.mutate(id, {
                onError: (error) => toast({ message: messageOf(error), severity: "error" }),
              })
            }
          />
        ) : null}
        <CellAction
          icon={RotateCcw}
          label="Make again"
          name={name}
          isNarrow={isNarrow}
          onClick={() => onRetry(cell)}
        />
      </Box>
    </Box>
  );
}

interface CellActionProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly name: string;
  readonly isNarrow: boolean;
  readonly isDisabled?: boolean;
  readonly onClick: () => void;
}

function CellAction({ icon: Icon, label, name, isNarrow, isDisabled = false, onClick }: CellActionProps) {
  return (
    <Button
      size="small"
      aria-label={`${label}: ${name}`}
      title={label}
      disabled={isDisabled}
      onClick={onClick}
      sx={{ minWidth: 0, px: 0.75, py: 0.25, gap: 0.5, fontSize: "0.75rem" }}
    >
      <Icon size={isNarrow ? 16 : 14} aria-hidden />
      {isNarrow ? null : label}
    </Button>
  );
}
