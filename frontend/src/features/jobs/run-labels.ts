/** Texts for the state of a waiting or running job. */
import type { Job } from "@/api/types";
import { formatEstimate } from "@/lib/format";
import { isWaiting } from "./job-reducer";
import type { LiveRun } from "./live-runs";

const ordinal = new Intl.PluralRules("en", { type: "ordinal" });
const ORDINAL_SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };

export type RunState = Pick<LiveRun, "progress" | "node" | "step" | "steps">;

type WaitingJob = Pick<
  Job,
  "status" | "waiting_reason" | "queue_position" | "estimated_wait_seconds" | "backend"
>;

/** Return "42 % · KSampler, step 8 of 20 · attic" for a running job, else why or where it waits. */
export function describeRun(job: WaitingJob, run: RunState): string {
  if (isWaiting(job.status)) return waitingLabel(job);
  if (run.progress === null && job.waiting_reason !== null) return waitingLabel(job);
  return [run.progress === null ? "Starting" : `${run.progress} %`, nodeAndStep(run), job.backend]
    .filter((part) => part !== null)
    .join(" · ");
}

function waitingLabel(job: WaitingJob): string {
  const { waiting_reason: reason } = job;
  return reason === null ? queuePosition(job) : reason.charAt(0).toUpperCase() + reason.slice(1);
}

/** Return "Next in queue", "4th in queue, about 2 min" or, without a position, "In queue". */
export function queuePosition(job: Pick<Job, "queue_position" | "estimated_wait_seconds">): string {
  const { queue_position: position, estimated_wait_seconds: seconds } = job;
  if (position === null) return "In queue";
  const place = position === 1 ? "Next" : `${position}${ORDINAL_SUFFIXES[ordinal.select(position)] ?? "th"}`;
  return `${place} in queue${seconds === null ? "" : `, about ${formatEstimate(seconds)}`}`;
}

function nodeAndStep({ node, step, steps }: RunState): string | null {
  const count = step === null || steps === null ? null : `step ${step} of ${steps}`;
  if (node === null) return count;
  return count === null ? nodeTitle(node) : `${nodeTitle(node)}, ${count}`;
}

/** Return the class name of a ComfyUI node with spaces: "KSamplerAdvanced" → "KSampler Advanced". */
function nodeTitle(node: string): string {
  return node.replace(/([a-z])([A-Z])/g, "$1 $2");
}
