/** Where a job that waits or runs is, in words. */
import type { Job } from "@/api/types";
import { isWaiting } from "./job-reducer";
import type { LiveRun } from "./queries";

export type RunState = Pick<LiveRun, "progress" | "node" | "step" | "steps">;

/** "42 % · KSampler, step 8 of 20 · attic", or its place in the line. */
export function describeRun(job: Job, run: RunState): string {
  if (isWaiting(job.status)) return job.waiting_reason ?? queuePositionLabel(job.queue_position);
  return [run.progress === null ? "Starting" : `${run.progress} %`, nodeAndStep(run), job.backend]
    .filter((part) => part !== null)
    .join(" · ");
}

function queuePositionLabel(position: number | null): string {
  if (position === null) return "In the queue";
  return position === 1 ? "Next in the queue" : `Number ${position} in the queue`;
}

function nodeAndStep({ node, step, steps }: RunState): string | null {
  const count = step === null || steps === null ? null : `step ${step} of ${steps}`;
  if (node === null) return count;
  return count === null ? nodeTitle(node) : `${nodeTitle(node)}, ${count}`;
}

/** "KSamplerAdvanced" → "KSampler Advanced": ComfyUI's class names, spaced. */
function nodeTitle(node: string): string {
  return node.replace(/([a-z])([A-Z])/g, "$1 $2");
}
