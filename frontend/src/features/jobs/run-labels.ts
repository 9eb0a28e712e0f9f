/** Texts for the state of a waiting or running job. */
import type { Job } from "@/api/types";
import { isWaiting } from "./job-reducer";
import type { LiveRun } from "./queries";

const ordinal = new Intl.PluralRules("en", { type: "ordinal" });
const ORDINAL_SUFFIXES: Partial<Record<Intl.LDMLPluralRule, string>> = { one: "st", two: "nd", few: "rd" };

export type RunState = Pick<LiveRun, "progress" | "node" | "step" | "steps">;

type WaitingJob = Pick<Job, "status" | "waiting_reason" | "queue_position" | "backend">;

/** Return "42 % · KSampler, step 8 of 20 · attic" for a running job, else why or where it waits. */
export function describeRun(job: WaitingJob, run: RunState): string {
  if (isWaiting(job.status)) return waitingLabel(job);
  if (run.progress === null && job.waiting_reason !== null) return waitingLabel(job);
  return [run.progress === null ? "Starting" : `${run.progress} %`, nodeAndStep(run), job.backend]
    .filter((part) => part !== null)
    .join(" · ");
}

function waitingLabel({ waiting_reason: reason, queue_position: position }: WaitingJob): string {
  if (reason !== null) return reason.charAt(0).toUpperCase() + reason.slice(1);
  if (position === null) return "In queue";
  return position === 1 ? "Next in queue" : queuePosition(position);
}

/** Return a position as "4th in queue". */
export function queuePosition(position: number): string {
  return `${position}${ORDINAL_SUFFIXES[ordinal.select(position)] ?? "th"} in queue`;
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
