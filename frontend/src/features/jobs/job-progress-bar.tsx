import LinearProgress from "@mui/material/LinearProgress";
import type { Job } from "@/api/types";
import { isWaiting } from "./job-reducer";

/** How far a job is; moving on its own while that is not known. */
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
