import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import LinearProgress from "@mui/material/LinearProgress";
import Tooltip from "@mui/material/Tooltip";
import { CircleX, Clock3, X } from "lucide-react";
import type { Job } from "@/api/types";
import {
  isOpen,
  isTerminal,
  isWaiting,
  JobImage,
  LivePreview,
  type Submission,
  useCancelJobs,
  useLiveRun,
} from "@/features/jobs";

interface SubmissionImagesProps {
  readonly submission: Submission;
  readonly isLarge: boolean;
}

/** A place for each picture of a submission, in which it waits, forms, and stays. */
export function SubmissionImages({ submission, isLarge }: SubmissionImagesProps) {
  const [first] = submission.jobs;
  const known = new Map(submission.jobs.map((job) => [job.id, job]));
  // The answer to a submission carries one job and the ids of all.
  const places = isOpen(submission)
    ? first.batch_job_ids
    : first.batch_job_ids.filter((id) => known.get(id)?.content_id != null);
  const isBatch = first.batch_job_ids.length > 1;
  return (
    <Box sx={{ display: "grid", gap: 1.25, ...layoutOf(first, isLarge) }}>
      {places.map((id) => (
        <Place
          key={id}
          job={known.get(id) ?? { ...first, id, status: "queued", content_id: null }}
          isLarge={isLarge}
          isBatch={isBatch}
        />
      ))}
    </Box>
  );
}

/** What the bars and the head of the submission take of the window's height, in pixels. */
const ABOVE_PX = 260;

/** As wide as the window has room for in its height: what is above and below stays in sight. */
function layoutOf({ width, height, batch_job_ids: { length: size } }: Job, isLarge: boolean) {
  const ratio = width / height;
  if (size === 1) {
    const fitting = `max(240px, min(820px, ${Math.round(640 * ratio)}px, ${inWindow(ratio)}))`;
    const small = `${Math.round(Math.min(160, 160 * ratio))}px`;
    return { gridTemplateColumns: `minmax(0, ${isLarge ? fitting : small})` };
  }
  if (isLarge && (size === 2 || size === 4)) {
    const maxWidth = `max(340px, ${inWindow(ratio * (size === 2 ? 2 : 1))})`;
    return { gridTemplateColumns: "repeat(2, minmax(0, 1fr))", maxWidth };
  }
  const least = isLarge ? (size > 4 ? 176 : 236) : 132;
  return { gridTemplateColumns: `repeat(auto-fill, minmax(min(45%, ${least}px), 1fr))` };
}

/** How wide something of this ratio may be to be seen whole. */
const inWindow = (ratio: number): string => `calc((100dvh - ${ABOVE_PX}px) * ${ratio.toFixed(4)})`;

/** As in the `sizes` attribute. */
const SIZES = {
  single: { large: "(max-width: 900px) 100vw, 820px", small: "160px" },
  ofMany: { large: "(max-width: 900px) 50vw, 390px", small: "260px" },
} as const;

interface PlaceProps {
  readonly job: Job;
  readonly isLarge: boolean;
  readonly isBatch: boolean;
}

function Place({ job, isLarge, isBatch }: PlaceProps) {
  if (job.content_id !== null) {
    const sizes = (isBatch ? SIZES.ofMany : SIZES.single)[isLarge ? "large" : "small"];
    return <JobImage job={job} sizes={sizes} isPriority={isLarge} />;
  }
  if (isTerminal(job.status)) return <Waiting job={job} />;
  return (
    <Box
      sx={{
        position: "relative",
        borderRadius: "10px",
        overflow: "hidden",
        "@media (hover: hover)": { "&:not(:hover, :focus-within) button": { opacity: 0 } },
      }}
    >
      {job.status === "running" ? <LivePreview job={job} /> : <Waiting job={job} />}
      {isBatch ? <OneOfMany job={job} /> : null}
    </Box>
  );
}

/** A place without a picture: it waits its turn, or there will be none. */
function Waiting({ job }: { readonly job: Job }) {
  const Icon = isTerminal(job.status) ? CircleX : Clock3;
  return (
    <Box
      sx={{
        aspectRatio: `${job.width} / ${job.height}`,
        display: "grid",
        placeItems: "center",
        borderRadius: "10px",
        bgcolor: "action.hover",
        color: job.status === "failed" ? "error.main" : "text.disabled",
      }}
    >
      <Icon size={24} strokeWidth={1.6} aria-hidden />
    </Box>
  );
}

/** What belongs to one picture of several: its own bar, and a way to leave it out. */
function OneOfMany({ job }: { readonly job: Job }) {
  const cancel = useCancelJobs();
  const progress = useLiveRun(job.id)?.progress ?? job.progress;
  return (
    <>
      {isWaiting(job.status) ? null : (
        <LinearProgress
          variant="determinate"
          value={progress ?? 0}
          aria-label="Progress of this picture"
          sx={{ position: "absolute", insetInline: 0, bottom: 0, height: 4, borderRadius: 0 }}
        />
      )}
      <Tooltip title="Leave this one out">
        <IconButton
          size="small"
          aria-label="Leave this one out"
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
    </>
  );
}
