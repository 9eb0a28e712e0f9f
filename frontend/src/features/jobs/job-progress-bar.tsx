import type { Job } from "@/api/types";
import { ProgressBar } from "@/ui/progress-bar";
import { isWaiting } from "./job-reducer";

/** Progress of a job; indeterminate while it is unknown. */
export function JobProgressBar({ job, progress }: { readonly job: Job; readonly progress: number | null }) {
  const known = isWaiting(job.status) ? 0 : job.status === "running" ? progress : null;
  return <ProgressBar value={known} label="Progress" />;
}
