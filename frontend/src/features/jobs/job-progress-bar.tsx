import LinearProgress from "@mui/material/LinearProgress";
import type { Job } from "@/api/types";
import { isWaiting } from "./job-reducer";

/** Progress of a job; indeterminate while it is unknown. */
export function JobProgressBar({ job, progress }: { readonly job: Job; readonly progress: number | null }) {
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
