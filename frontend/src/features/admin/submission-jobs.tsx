import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import {
  describeRun,
  isTerminal,
  JobStatusChip,
  type ShownJob,
  type Submission,
  TimelineDialog,
  useCancelJobs,
  useRetryJob,
} from "@/features/jobs";
import { useToast } from "@/ui/toast";

/** The jobs of a submission, with the actions of each. */
export function SubmissionJobs({ submission }: { readonly submission: Submission }) {
  return (
    <Box sx={{ display: "grid", gap: 0.5, pl: { xs: 0, sm: 3 } }}>
      {submission.jobs.map((job) => (
        <Box key={job.id} sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
          <JobStatusChip status={job.status} />
          <Typography variant="body2" sx={{ flex: 1, minWidth: 0, overflowWrap: "anywhere" }}>
            #{job.id}
            {isTerminal(job.status) ? "" : ` · ${describeRun(job, job)}`}
            {job.error_message === null ? "" : ` · ${job.error_message}`}
          </Typography>
          <JobActions job={job} isOneOfMany />
        </Box>
      ))}
    </Box>
  );
}

interface JobActionsProps {
  readonly job: ShownJob;
  /** Adds a button that cancels only this job. */
  readonly isOneOfMany?: boolean;
}

export function JobActions({ job, isOneOfMany = false }: JobActionsProps) {
  const cancel = useCancelJobs();
  const retry = useRetryJob();
  const toast = useToast();
  const [isTimelineOpen, setIsTimelineOpen] = useState(false);
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  return (
    <>
      <Button
        size="small"
        color="inherit"
        aria-label={`Timeline of job ${job.id}`}
        onClick={() => setIsTimelineOpen(true)}
      >
        Timeline
      </Button>
      {isTimelineOpen ? <TimelineDialog job={job} onClose={() => setIsTimelineOpen(false)} /> : null}
      {isOneOfMany && !isTerminal(job.status) ? (
        <Button
          size="small"
          color="inherit"
          aria-label={`Cancel job ${job.id}`}
          disabled={job.cancel_requested_at !== null}
          onClick={() => cancel.mutate([job], { onError })}
        >
          Cancel
        </Button>
      ) : null}
      {job.status === "failed" || job.status === "cancelled" ? (
        <Button size="small" color="inherit" onClick={() => retry.mutate(job.id, { onError })}>
          Retry
        </Button>
      ) : null}
    </>
  );
}
