import Box from "@mui/material/Box";
import Card from "@mui/material/Card";
import Typography from "@mui/material/Typography";
import type { Job } from "@/api/types";
import { JobImage, JobStatusChip } from "@/features/jobs";
import { WithOperations } from "@/features/operations";
import { JobActions } from "./job-actions";
import { JobFacts, nameOf } from "./job-card";

export const ROW_HEIGHT_PX = 74;

/** A job of the history as one line. */
export function JobRow({ job }: { readonly job: Job }) {
  return (
    <Card
      sx={{ height: "100%", display: "flex", alignItems: "center", gap: 1.5, p: 1, pr: 1.5 }}
      data-job={job.id}
    >
      <Box
        sx={{
          width: 56,
          height: 56,
          flex: "none",
          borderRadius: "8px",
          bgcolor: "action.hover",
          overflow: "hidden",
        }}
      >
        <WithOperations contentId={job.content_id} name={nameOf(job)} isSmall>
          <JobImage job={job} sizes="56px" style={{ aspectRatio: 1, borderRadius: 8 }} />
        </WithOperations>
      </Box>
      <Box sx={{ flex: 1, minWidth: 0, display: "grid" }}>
        <Typography variant="body2" noWrap>
          {job.prompt}
        </Typography>
        {job.error_message === null ? (
          <JobFacts job={job} />
        ) : (
          <Typography variant="caption" noWrap sx={{ color: "error.main" }}>
            {job.error_message}
          </Typography>
        )}
      </Box>
      <Box sx={{ display: { xs: "none", sm: "block" } }}>
        <JobStatusChip status={job.status} />
      </Box>
      <JobActions job={job} />
    </Card>
  );
}
