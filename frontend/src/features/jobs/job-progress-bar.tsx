import LinearProgress from "@mui/material/LinearProgress";
import type { Job } from "@/api/types";
import { ProgressBar } from "@/ui/progress-bar";
import { isWaiting } from "./job-reducer";

/** Progress of a job; indeterminate while it is unknown. */
export function JobProgressBar({ job, progress }: { readonly job: Job; readonly progress: number | null }) {
  if (isWaiting(job.status)) return <ProgressBar value={0} label="Progress" />;
  if (job.status !== "running" || progress === null) return <LinearProgress aria-label="Progress" />;
  return <ProgressBar value={progress} label="Progress" />;
}
