import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { CircleX, Clock3, ImageOff, RotateCcw } from "lucide-react";
import { memo } from "react";
import { Link } from "react-router";
import type { GridCell } from "@/api/types";
import { dragContent, sourcesOf } from "@/features/content";
import { isWaiting, LivePreview, useLiveRun } from "@/features/jobs";
import { LazyImage } from "@/ui/lazy-image";
import { ProgressBar } from "@/ui/progress-bar";

interface GridCellProps {
  readonly cell: GridCell;
  /** What distinguishes the cell, for screen readers. */
  readonly name: string;
  /** Width in pixels at which it is shown. */
  readonly size: number;
  /** Size of the images in pixels, for the space of those that are not there yet. */
  readonly width: number;
  readonly height: number;
}

/** One cell: its image, its progress, or why there is none. */
export const GridCellView = memo(function GridCellView({ cell, name, size, width, height }: GridCellProps) {
  if (cell.picture !== null && cell.content_id !== null) {
    return (
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
    );
  }
  if (cell.status === "running" && cell.job_id !== null) {
    return <RunningCell job={{ id: cell.job_id, width, height }} name={name} />;
  }
  return <EmptyCell cell={cell} name={name} ratio={`${width} / ${height}`} />;
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

interface EmptyCellProps {
  readonly cell: GridCell;
  readonly name: string;
  readonly ratio: string;
}

function EmptyCell({ cell, name, ratio }: EmptyCellProps) {
  const { icon: Icon, text, isFault } = stateOf(cell);
  return (
    <Box
      role="img"
      aria-label={`${text}: ${name}`}
      title={cell.error_message ?? text}
      sx={{
        aspectRatio: ratio,
        display: "grid",
        alignContent: "center",
        justifyItems: "center",
        gap: 0.5,
        p: 1,
        textAlign: "center",
        overflow: "hidden",
        borderRadius: "8px",
        border: "1px dashed",
        borderColor: isFault ? "error.main" : "divider",
        color: isFault ? "error.main" : "text.secondary",
        bgcolor: "action.hover",
      }}
    >
      <Icon size={20} aria-hidden />
      <Typography variant="caption" sx={{ lineHeight: 1.25, overflowWrap: "anywhere" }}>
        {isFault && cell.error_message !== null ? cell.error_message.slice(0, 90) : text}
      </Typography>
    </Box>
  );
}

function stateOf({ status }: GridCell) {
  if (status === null) return { icon: ImageOff, text: "Deleted", isFault: false };
  if (status === "failed") return { icon: CircleX, text: "Failed", isFault: true };
  if (status === "cancelled") return { icon: RotateCcw, text: "Cancelled", isFault: false };
  if (isWaiting(status)) return { icon: Clock3, text: "Waiting", isFault: false };
  return { icon: ImageOff, text: "In the trash", isFault: false };
}
