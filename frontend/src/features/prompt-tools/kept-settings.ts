import type { JobSubmit, Preset } from "@/api/types";

const LEFT_OUT = new Set([
  "prompt",
  "negative_prompt",
  "batch_size",
  "source",
  "references",
  "control",
  "dynamic_prompt",
  "lora_tags",
]);

/** Return what a preset keeps of the form: everything but the prompts, the number of images and files. */
export const keptSettings = (request: JobSubmit): Preset["settings"] =>
  Object.fromEntries(Object.entries(request).filter(([name]) => !LEFT_OUT.has(name)));
