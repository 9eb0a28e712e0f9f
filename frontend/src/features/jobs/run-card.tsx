import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { X } from "lucide-react";
import type { Job } from "@/api/types";
import { isWaiting } from "./folding";
import { JobStatusChip } from "./job-status-chip";
import { useCancelJobs } from "./mutations";
import { describeRun } from "./run-words";
import { useLiveRun } from "./use-feed";

interface RunCardProps {
  readonly job: Job;
  readonly onError: (error: unknown) => void;
}

/** A job that waits or runs: progress, place in the line, and a way to stop it. */
export function RunCard({ job, onError }: RunCardProps) {
  const live = useLiveRun(job.id);
  const cancel = useCancelJobs();
  const isStopping = job.cancel_requested_at !== null;
  const run = live?.progress == null ? job : live;
  return (
    <Card data-job={job.id}>
      <Box sx={{ p: 2, display: "grid", gap: 1.25, gridTemplateColumns: "minmax(0, 1fr)" }}>
        <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
          <JobStatusChip status={job.status} />
          <Typography
            variant="body2"
            noWrap
            dir="auto"
            sx={{ flex: 1, minWidth: 0, color: "text.secondary" }}
          >
            {job.prompt}
          </Typography>
          <Button
            size="small"
            color="inherit"
            startIcon={<X size={16} aria-hidden />}
            disabled={isStopping}
            onClick={() => cancel.mutate([job], { onError })}
          >
            {isStopping ? "Stopping…" : "Cancel"}
          </Button>
        </Box>
        <RunBar job={job} progress={run.progress} />
        <Typography variant="body2" sx={{ color: "text.secondary", minHeight: "1.43em" }}>
          {describeRun(job, run)}
        </Typography>
      </Box>
    </Card>
  );
}

/** How far a job is; moving on its own while that is not known. */
export function RunBar({ job, progress }: { readonly job: Job; readonly progress: number | null }) {
  const isKnown = job.status === "running" && progress !== null;
  if (isWaiting(job.status)) return <LinearProgress variant="determinate" value={0} aria-label="Progress" />;
  return (
    <LinearProgress
      variant={isKnown ? "determinate" : "indeterminate"}
      aria-label="Progress"
      {...(isKnown ? { value: progress } : {})}
    />
  );
}
