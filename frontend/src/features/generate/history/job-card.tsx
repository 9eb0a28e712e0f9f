import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import { ImageOff } from "lucide-react";
import type { Job } from "@/api/types";
import { JobPicture, JobStatusChip } from "@/features/jobs";
import { formatSeconds, modelTitle, secondsBetween } from "@/lib/format";
import { TimeAgo } from "@/ui/time-ago";
import { JobActions } from "./job-actions";

/** A job of the history with its picture. */
export function JobCard({ job }: { readonly job: Job }) {
  return (
    <Card sx={{ display: "flex", flexDirection: "column" }} data-job={job.id}>
      <Box sx={{ position: "relative", aspectRatio: "1", bgcolor: "action.hover" }}>
        {job.content_id === null ? (
          <Box sx={{ height: "100%", display: "grid", placeItems: "center", color: "text.disabled", p: 2 }}>
            {job.error_message === null ? (
              <ImageOff size={28} aria-hidden />
            ) : (
              <Typography variant="body2" sx={{ color: "error.main", textAlign: "center" }}>
                {job.error_message.slice(0, 160)}
              </Typography>
            )}
          </Box>
        ) : (
          <JobPicture job={job} sizes="260px" sx={{ aspectRatio: "1", borderRadius: 0 }} />
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

export function JobFacts({ job }: { readonly job: Job }) {
  const seconds = secondsBetween(job.started_at, job.completed_at);
  return (
    <Typography variant="caption" noWrap sx={{ color: "text.secondary" }}>
      <TimeAgo at={job.created_at} />
      {seconds === null ? "" : ` · ${formatSeconds(seconds)}`}
      {` · ${modelTitle(job.checkpoint_model)}`}
    </Typography>
  );
}
