/** Runs of workflows as they are submitted; pure functions. */
import type { Job, WorkflowField, WorkflowJobSubmit } from "@/api/types";

/** A run of a workflow, with the title for messages. */
export interface WorkflowRun {
  readonly workflowId: number;
  readonly title: string;
  readonly body: WorkflowJobSubmit;
}

/** Return the address at which a job of a workflow can be changed and run again. */
export const runPathOf = (workflow: NonNullable<Job["workflow"]>, jobId: number): string =>
  `/workflows/${workflow.id}?${new URLSearchParams({ version: String(workflow.version), job: String(jobId) })}`;

/** Return the run of a job of a workflow with random seeds; `form` is that of its version. */
export function runWithNewSeeds(
  workflow: NonNullable<Job["workflow"]>,
  inputs: Readonly<Record<string, unknown>>,
  form: readonly WorkflowField[],
): WorkflowRun {
  const settable = new Set(
    form.filter((field) => !field.is_hidden && field.type !== "seed").map(({ key }) => key),
  );
  const kept = Object.entries(inputs).filter(([key]) => settable.has(key));
  return {
    workflowId: workflow.id,
    title: workflow.title,
    body: { inputs: Object.fromEntries(kept), version: workflow.version, batch_size: 1 },
  };
}
