/** From a job back to what would submit it again. */
import type { Job, JobSubmit } from "@/api/types";

/** Everything that was asked for, seed included. */
function settingsOfJob(job: Job): JobSubmit {
  return {
    job_type: job.job_type,
    prompt: job.prompt,
    negative_prompt: job.negative_prompt,
    checkpoint_model: job.checkpoint_model,
    lora_models: job.lora_models,
    width: job.width,
    height: job.height,
    batch_size: 1,
    params: { ...job.params, allow_mismatch: true },
  };
}

/** The same once more, with a seed of its own. */
export function withNewSeed(job: Job): JobSubmit {
  return { ...settingsOfJob(job), params: { ...job.params, seed: null, allow_mismatch: true } };
}
