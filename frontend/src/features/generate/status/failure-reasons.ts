/** Failed jobs by reason: a sentence for each error code, and the server's own text as details. */
import type { Job } from "@/api/types";
import type { ShownJob } from "@/features/jobs";
import { groupBy } from "@/lib/group-by";

export interface Failure {
  readonly summary: string;
  /** The text of ComfyUI or of Genonaut; null when the summary says all. */
  readonly details: string | null;
  readonly jobs: readonly [ShownJob, ...ShownJob[]];
}

const SUMMARIES: Record<NonNullable<Job["error_code"]>, string> = {
  workflow_rejected: "The ComfyUI server rejected the workflow.",
  execution_failed: "The ComfyUI server reported an error.",
  out_of_memory: "The ComfyUI server ran out of memory.",
  interrupted: "The run was interrupted at the ComfyUI server.",
  no_output: "The run ended without an image.",
  bad_image: "The ComfyUI server returned an invalid image.",
  timeout: "The run took too long.",
  storage_failed: "The image could not be stored.",
  input_unusable: "An image that the job uses was deleted or is damaged.",
  model_unavailable: "No ComfyUI server has the models.",
  backend_failed: "The ComfyUI server failed several times.",
  internal_error: "Genonaut failed. The log of the server says more.",
};

/** Group failed jobs, each reason once. */
export function failuresOf(jobs: readonly ShownJob[]): readonly Failure[] {
  const failed = jobs.filter((job) => job.status === "failed");
  const groups = groupBy(failed, reasonOf);
  return [...groups.values()].map((members) => {
    const same = members as unknown as Failure["jobs"];
    const [{ error_code: code, error_message: message }] = same;
    const summary = (code === null ? undefined : SUMMARIES[code]) ?? "Generation failed.";
    return { summary, details: message === null || message === "" ? null : message, jobs: same };
  });
}

/** Failures with the same text have the same reason. */
export const reasonOf = (job: ShownJob): string => `${job.error_code} ${job.error_message}`;
