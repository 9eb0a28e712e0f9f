import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import { CircleX, Clock3, X } from "lucide-react";
import { type CSSProperties, memo, type ReactNode, useRef } from "react";
import {
  hasImage,
  isOpen,
  isTerminal,
  isWaiting,
  JobImage,
  LivePreview,
  type ShownJob,
  type Submission,
  useCancelJobs,
  useLiveRun,
} from "@/features/jobs";
import { OperationsButton } from "@/features/operations";
import { useTileNavigation } from "@/lib/use-tile-navigation";
import { ProgressBar } from "@/ui/progress-bar";
import { Tooltip } from "@/ui/tooltip";

interface SubmissionImagesProps {
  readonly submission: Submission;
  readonly isLarge: boolean;
}

/** One slot for each image of a submission: waiting, live preview, then the image. */
export function SubmissionImages({ submission, isLarge }: SubmissionImagesProps) {
  const { jobs } = submission;
  const slots = isOpen(submission) ? jobs : jobs.filter(hasImage);
  // Later submissions of the queue take little room, so that the results below stay near.
  if (!isLarge && jobs.length > 1 && jobs.every((job) => isWaiting(job.status))) {
    return (
      <Box sx={{ display: "grid", gap: 0.75, gridTemplateColumns: "repeat(auto-fill, 40px)" }}>
        {jobs.map((job) => (
          <EmptySlot key={job.id} job={job} />
        ))}
      </Box>
    );
  }
  return (
    <Slots>
      <Box sx={{ display: "grid", gap: 1.25, ...layoutOf(jobs[0], jobs.length, isLarge) }}>
        {slots.map((job) => (
          <div key={job.id} data-tile style={{ minWidth: 0 }}>
            <ImageSlot job={job} isLarge={isLarge} isBatch={jobs.length > 1} />
          </div>
        ))}
      </Box>
    </Slots>
  );
}

/** One tab stop for all images. */
function Slots({ children }: { readonly children: ReactNode }) {
  const container = useRef<HTMLDivElement>(null);
  useTileNavigation(container);
  return <div ref={container}>{children}</div>;
}

/** Window height in pixels that the app bars and the head of the submission take. */
const RESERVED_PX = 290;

/** Limit the width so that images and the head of the submission fit the height of the window. */
function layoutOf({ width, height }: ShownJob, size: number, isLarge: boolean) {
  const ratio = width / height;
  if (size === 1) {
    const fitting = `max(240px, min(820px, ${Math.round(640 * ratio)}px, ${widthInWindow(ratio)}))`;
    const small = `${Math.round(Math.min(160, 160 * ratio))}px`;
    return { gridTemplateColumns: `minmax(0, ${isLarge ? fitting : small})` };
  }
  if (isLarge && (size === 2 || size === 4)) {
    const maxWidth = `max(340px, ${widthInWindow(ratio * (size === 2 ? 2 : 1))})`;
    return { gridTemplateColumns: "repeat(2, minmax(0, 1fr))", maxWidth };
  }
  const least = isLarge ? (size > 4 ? 176 : 236) : 132;
  return { gridTemplateColumns: `repeat(auto-fill, minmax(min(45%, ${least}px), 1fr))` };
}

/** Return the largest width at which an element of this aspect ratio fits the window. */
const widthInWindow = (ratio: number): string => `calc((100dvh - ${RESERVED_PX}px) * ${ratio.toFixed(4)})`;

/** As in the `sizes` attribute. */
const SIZES = {
  single: { large: "(max-width: 900px) 100vw, 820px", small: "160px" },
  ofMany: { large: "(max-width: 900px) 50vw, 390px", small: "260px" },
} as const;

interface ImageSlotProps {
  readonly job: ShownJob;
  readonly isLarge: boolean;
  readonly isBatch: boolean;
}

const ImageSlot = memo(function ImageSlot({ job, isLarge, isBatch }: ImageSlotProps) {
  if (hasImage(job)) {
    const sizes = (isBatch ? SIZES.ofMany : SIZES.single)[isLarge ? "large" : "small"];
    return <FinishedImage job={job} sizes={sizes} isPriority={isLarge} />;
  }
  if (isTerminal(job.status)) return <EmptySlot job={job} />;
  return (
    <Box
      sx={{
        position: "relative",
        borderRadius: "10px",
        overflow: "hidden",
        "@media (hover: hover)": { "&:not(:hover, :focus-within) button": { opacity: 0 } },
      }}
    >
      {job.status === "running" ? <LivePreview job={job} /> : <EmptySlot job={job} />}
      {isBatch && !isWaiting(job.status) ? <BatchImageProgress job={job} /> : null}
      {isBatch ? <CancelImage job={job} /> : null}
    </Box>
  );
});

interface FinishedImageProps {
  readonly job: ShownJob;
  readonly sizes: string;
  readonly isPriority: boolean;
}

/** The image, with a button for what can be made from it. */
function FinishedImage({ job, sizes, isPriority }: FinishedImageProps) {
  return (
    <Box
      sx={{
        position: "relative",
        "@media (hover: hover)": { "&:not(:hover, :focus-within) button": { opacity: 0 } },
      }}
    >
      <JobImage job={job} sizes={sizes} isPriority={isPriority} />
      {job.content_id === null || job.job_type !== "image" ? null : (
        <OperationsButton contentId={job.content_id} name={job.prompt.slice(0, 80) || "this image"} />
      )}
    </Box>
  );
}

/** A slot without an image: the job waits, failed or was cancelled. */
function EmptySlot({ job }: { readonly job: ShownJob }) {
  return <Placeholder status={job.status} aspectRatio={`${job.width} / ${job.height}`} />;
}

interface PlaceholderProps {
  readonly status: ShownJob["status"];
  readonly aspectRatio: string;
}

/** Not drawn again when only the place of its job in the queue changes. */
const Placeholder = memo(function Placeholder({ status, aspectRatio }: PlaceholderProps) {
  const Icon = isTerminal(status) ? CircleX : Clock3;
  return (
    <Box
      sx={{
        aspectRatio,
        display: "grid",
        placeItems: "center",
        borderRadius: "10px",
        bgcolor: "action.hover",
        color: status === "failed" ? "error.main" : "text.disabled",
      }}
    >
      <Icon size={24} strokeWidth={1.6} aria-hidden />
    </Box>
  );
});

const atBottom: CSSProperties = {
  position: "absolute",
  insetInline: 0,
  bottom: 0,
  height: 4,
  borderRadius: 0,
};

/** Progress bar of one image of a batch. */
function BatchImageProgress({ job }: { readonly job: ShownJob }) {
  const progress = useLiveRun(job.id)?.progress ?? job.progress;
  return <ProgressBar value={progress ?? 0} label="Progress of this image" style={atBottom} />;
}

/** Cancel button of one image of a batch. */
function CancelImage({ job }: { readonly job: ShownJob }) {
  const cancel = useCancelJobs();
  return (
    <Tooltip title="Cancel this image">
      <IconButton
        size="small"
        aria-label="Cancel this image"
        disabled={job.cancel_requested_at !== null}
        onClick={() => cancel.mutate([job])}
        sx={{
          position: "absolute",
          top: 6,
          insetInlineEnd: 6,
          bgcolor: "background.paper",
          "&:hover": { bgcolor: "background.default" },
        }}
      >
        <X size={16} aria-hidden />
      </IconButton>
    </Tooltip>
  );
}
