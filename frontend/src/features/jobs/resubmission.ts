/** Requests that submit a job again. */
import type { Job, JobSubmit } from "@/api/types";

/** Return the request that made a job, seed included. */
export function withSameSeed(job: Job): JobSubmit {
  return {
    job_type: "image",
    prompt: job.prompt,
    dynamic_prompt: false,
    lora_tags: false,
    negative_prompt: job.negative_prompt,
    checkpoint_model: job.checkpoint_model,
    lora_models: job.lora_models,
    width: job.width,
    height: job.height,
    batch_size: 1,
    operation: job.operation,
    source: job.source,
    references: job.references,
    control: job.control,
    hires: job.hires,
    upscale: job.upscale,
    vae: job.vae,
    clip_skip: job.clip_skip,
    refiner: job.refiner,
    params: { ...job.params, allow_mismatch: true },
  };
}

/** Return the request of a job with a new random seed. */
export function withNewSeed(job: Job): JobSubmit {
  return { ...withSameSeed(job), params: { ...job.params, seed: null, allow_mismatch: true } };
}
