import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { CircleSlash, CircleX, Clock3, RotateCcw } from "lucide-react";
import { memo } from "react";
import { Link } from "react-router";
import type { GridCell } from "@/api/types";
import { dragContent, sourcesOf } from "@/features/content";
import { LivePreview, useLiveRun } from "@/features/jobs";
import { WithOperations } from "@/features/operations";
import { LazyImage } from "@/ui/lazy-image";
import { ProgressBar } from "@/ui/progress-bar";
import { DeletedCell } from "./deleted-cell";
import { empty } from "./empty-cell-style";

interface GridCellProps {
  readonly cell: GridCell;
  /** What distinguishes the cell, for screen readers. */
  readonly name: string;
  /** Width in pixels at which it is shown. */
  readonly size: number;
  /** Size of the images in pixels, for the space of those that are not there yet. */
  readonly width: number;
  readonly height: number;
  /** Runs the job of a failed, cancelled or deleted cell again. */
  readonly onRetry: (cell: GridCell) => void;
}

/** Width below which the button of the menu is small. */
const SMALL_PX = 160;
/** Width below which the reason why a cell is empty leaves no space for its button. */
const NARROW_PX = 96;

/** One cell: its image, its progress, or why there is none. */
export const GridCellView = memo(function GridCellView(props: GridCellProps) {
  const { cell, name, size, width, height, onRetry } = props;
  if (cell.picture !== null && cell.content_id !== null) {
    return (
      <WithOperations contentId={cell.content_id} name={name} isSmall={size < SMALL_PX}>
        <Box
          component={Link}
          to={`/view/${cell.content_id}`}
          aria-label={`Open: ${name}`}
          onDragStart={dragContent(cell.content_id)}
          sx={{
            display: "block",
            borderRadius: "8px",
            overflow: "hidden",
            transition: "transform 120ms",
            "&:hover": { transform: "scale(1.015)" },
            "&:focus-visible": { outline: 3, outlineOffset: 2, outlineColor: "primary.main" },
          }}
        >
          <LazyImage
            {...sourcesOf(cell.picture)}
            sizes={`${size}px`}
            alt=""
            width={cell.picture.width}
            height={cell.picture.height}
            placeholder={cell.picture.placeholder}
          />
        </Box>
      </WithOperations>
    );
  }
  if (cell.status === "running" && cell.job_id !== null) {
    return <RunningCell job={{ id: cell.job_id, width, height }} name={name} />;
  }
  if (cell.deleted !== null) {
    return (
      <DeletedCell cell={cell} name={name} size={size} ratio={`${width} / ${height}`} onRetry={onRetry} />
    );
  }
  return <EmptyCell cell={cell} name={name} size={size} ratio={`${width} / ${height}`} onRetry={onRetry} />;
});

interface RunningCellProps {
  readonly job: { readonly id: number; readonly width: number; readonly height: number };
  readonly name: string;
}

function RunningCell({ job, name }: RunningCellProps) {
  const run = useLiveRun(job.id);
  return (
    <Box sx={{ position: "relative", borderRadius: "8px", overflow: "hidden" }}>
      <LivePreview job={job} />
      <Box sx={{ position: "absolute", insetInline: 8, bottom: 8 }}>
        <ProgressBar value={run?.progress ?? null} label={`Progress: ${name}`} />
      </Box>
    </Box>
  );
}

interface EmptyCellProps extends Pick<GridCellProps, "cell" | "name" | "size" | "onRetry"> {
  readonly ratio: string;
}

const retryable = {
  cursor: "pointer",
  "&:hover, &:focus-visible": { bgcolor: "action.selected" },
  "&:focus-visible": { outline: 3, outlineOffset: 2, outlineColor: "primary.main" },
} as const;

function EmptyCell({ cell, name, size, ratio, onRetry }: EmptyCellProps) {
  const { icon: Icon, text, isFault } = stateOf(cell);
  const isRetryable = cell.status === "failed" || cell.status === "cancelled";
  const isNarrow = size < NARROW_PX;
  const reason = isFault && cell.error_message !== null ? cell.error_message : text;
  const colours = {
    borderColor: isFault ? "error.main" : "divider",
    color: isFault ? "error.main" : "text.secondary",
  };
  const inside = (
    <>
      <Icon size={20} aria-hidden />
      {isNarrow && isRetryable ? null : (
        <Typography
          variant="caption"
          sx={{
            lineHeight: 1.25,
            overflowWrap: "anywhere",
            display: "-webkit-box",
            WebkitLineClamp: 3,
            WebkitBoxOrient: "vertical",
            overflow: "hidden",
          }}
        >
          {reason}
        </Typography>
      )}
    </>
  );
  if (!isRetryable)
    return (
      <Box
        role="img"
        aria-label={`${text}: ${name}`}
        title={reason}
        sx={{ ...empty, ...colours, aspectRatio: ratio }}
      >
        {inside}
      </Box>
    );
  return (
    <Box
      component="button"
      type="button"
      aria-label={`${reason}, retry: ${name}`}
      title={reason}
      onClick={() => onRetry(cell)}
      sx={{ ...empty, ...colours, ...retryable, aspectRatio: ratio }}
    >
      {inside}
      <Typography
        variant="caption"
        sx={{ display: "flex", alignItems: "center", gap: 0.5, fontWeight: 700, color: "primary.main" }}
      >
        <RotateCcw size={13} aria-hidden /> Retry
      </Typography>
    </Box>
  );
}

function stateOf({ status }: GridCell) {
  if (status === "failed") return { icon: CircleX, text: "Failed", isFault: true };
  if (status === "cancelled") return { icon: CircleSlash, text: "Cancelled", isFault: false };
  return { icon: Clock3, text: "Waiting", isFault: false };
}
