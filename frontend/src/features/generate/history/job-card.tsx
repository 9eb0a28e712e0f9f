import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { ImageOff } from "lucide-react";
import type { Job } from "@/api/types";
import { kindOf } from "@/features/content";
import {
  describeRun,
  hasImage,
  isTerminal,
  JobImage,
  JobProgressBar,
  JobStatusChip,
  useLiveRun,
} from "@/features/jobs";
import { WithOperations } from "@/features/operations";
import { formatSeconds, modelTitle, secondsBetween } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";
import { JobActions } from "./job-actions";

/** Height in pixels of the text below the image: two lines of prompt, status, facts. */
const BODY_HEIGHT_PX = 130;

/** Return the height of a card of this width, in pixels. */
export const cardHeight = (width: number): number => Math.round(width) + BODY_HEIGHT_PX;

/** Return what the image of a job is called. */
export const nameOf = ({ prompt }: Job): string => prompt.slice(0, 80) || "this image";

/** A job of the history as a card, with its image. */
export function JobCard({ job }: { readonly job: Job }) {
  return (
    <Card sx={{ height: "100%", display: "flex", flexDirection: "column" }} data-job={job.id}>
      <Box sx={{ position: "relative", flex: "none", aspectRatio: "1", bgcolor: "action.hover" }}>
        {hasImage(job) ? (
          <WithOperations contentId={job.content_id} name={nameOf(job)}>
            <JobImage job={job} sizes="260px" style={{ aspectRatio: 1, borderRadius: 0 }} />
          </WithOperations>
        ) : (
          <NoImage job={job} />
        )}
      </Box>
      <Box sx={{ p: 1.5, display: "grid", gap: 1 }}>
        <Typography
          variant="body2"
          sx={{
            display: "-webkit-box",
            WebkitLineClamp: 2,
            WebkitBoxOrient: "vertical",
            overflow: "hidden",
            minHeight: "2.86em",
          }}
        >
          {job.prompt}
        </Typography>
        <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
          <JobStatusChip status={job.status} />
          <Box sx={{ flex: 1 }} />
          <JobActions job={job} />
        </Box>
        <JobFacts job={job} />
      </Box>
    </Card>
  );
}

/** Shown while there is no image: progress, the error, or an icon for a cancelled job. */
function NoImage({ job }: { readonly job: Job }) {
  if (!isTerminal(job.status)) return <UnfinishedJob job={job} />;
  return (
    <Box sx={{ height: "100%", display: "grid", placeItems: "center", color: "text.secondary", p: 2 }}>
      {job.error_message === null ? (
        <Box sx={{ display: "grid", justifyItems: "center", gap: 1 }}>
          <ImageOff size={28} aria-hidden />
          {job.status === "completed" ? `${kindOf(job.job_type).label} deleted` : null}
        </Box>
      ) : (
        <Typography
          variant="body2"
          sx={{ color: "error.main", textAlign: "center", overflowWrap: "anywhere" }}
        >
          {job.error_message.slice(0, 160)}
        </Typography>
      )}
    </Box>
  );
}

function UnfinishedJob({ job }: { readonly job: Job }) {
  const live = useLiveRun(job.id);
  const run = live?.progress == null ? job : live;
  return (
    <Box sx={{ height: "100%", display: "grid", alignContent: "center", gap: 1.25, p: 2 }}>
      <JobProgressBar job={job} progress={run.progress} />
      <Typography variant="body2" sx={{ color: "text.secondary", textAlign: "center" }}>
        {describeRun(job, run)}
      </Typography>
    </Box>
  );
}

export function JobFacts({ job }: { readonly job: Job }) {
  const seconds = secondsBetween(job.started_at, job.completed_at);
  return (
    <Typography variant="caption" noWrap sx={{ color: "text.secondary" }}>
      <TimeAgo at={job.created_at} />
      {seconds === null ? "" : ` · ${formatSeconds(seconds)}`}
      {` · ${job.workflow === null ? modelTitle(job.checkpoint_model) : job.workflow.title}`}
    </Typography>
  );
}
