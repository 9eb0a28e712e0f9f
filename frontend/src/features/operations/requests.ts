/** Submissions that work on one image of the gallery. */
import type { Content, JobSubmit } from "@/api/types";

/** How much of an image a variation changes, 0..1. */
export const VARIATION = { subtle: 0.35, strong: 0.65 } as const;

const parametersOf = ({ metadata }: Content): Record<string, unknown> => metadata;

/** Return whether the image has the prompt that a variation needs. */
export const canVary = ({ prompt }: Content): boolean => prompt !== "";

/** Return the item of which this one is an enlargement, which has no prompt of its own; else null. */
export function enlargedFrom(item: Content): number | null {
  const { operation, source } = parametersOf(item) as {
    readonly operation?: unknown;
    readonly source?: { readonly image?: { readonly content_id?: unknown } | null } | null;
  };
  const id = operation === "upscale" ? source?.image?.content_id : null;
  return typeof id === "number" ? id : null;
}

/** Return the request for a variation: the settings of the image, which becomes the source. */
export function variationOf(item: Content, denoise: number): JobSubmit {
  const { steps, cfg, sampler_name, scheduler, lora_models } = parametersOf(item);
  const loras = Array.isArray(lora_models) ? (lora_models as JobSubmit["lora_models"]) : [];
  return {
    prompt: item.prompt,
    negative_prompt: item.negative_prompt,
    checkpoint_model: item.checkpoint_model === "" ? null : item.checkpoint_model,
    ...(loras === undefined ? {} : { lora_models: loras }),
    ...controlOf(item),
    source: { image: { content_id: item.id } },
    params: {
      ...numberIn("steps", steps),
      ...numberIn("cfg", cfg),
      ...textIn("sampler_name", sampler_name),
      ...textIn("scheduler", scheduler),
      denoise,
      allow_mismatch: true,
    },
  } as JobSubmit;
}

/** The control image of a checkpoint that reads one itself: it makes nothing without. ControlNets are left out. */
function controlOf(item: Content): Pick<JobSubmit, "control"> | object {
  const { control } = parametersOf(item) as { readonly control?: readonly Record<string, unknown>[] };
  const read = (Array.isArray(control) ? control : []).filter(({ model }) => model === "");
  if (read.length === 0) return {};
  return { control: read.map(({ image, type, preprocessor }) => ({ image, type, preprocessor })) };
}

/** Return the request that makes the image again from its recorded settings; null draws a new seed. */
export function againOf(item: Content, seed: number | null): JobSubmit {
  const { source: _source, params, ...request } = variationOf(item, 1);
  const { denoise } = parametersOf(item);
  return {
    ...request,
    width: item.width,
    height: item.height,
    params: { ...params, ...numberIn("denoise", denoise), seed },
  } as JobSubmit;
}

/** Return the seed with which the image was made, if it was recorded. */
export function seedOf(item: Content): number | null {
  const { seed } = parametersOf(item);
  return typeof seed === "number" ? seed : null;
}

/** Return the request that enlarges the image. */
export const upscaleOf = ({ id }: Content, model: string, scale: number): JobSubmit =>
  ({
    operation: "upscale",
    source: { image: { content_id: id } },
    upscale: { model, scale },
  }) as JobSubmit;

/** Return the model whose name says that it enlarges by this factor, else the first. */
export function upscaleModelFor(names: readonly string[], scale: number): string | null {
  const pattern = new RegExp(`(^|[^0-9])(${scale}x|x${scale})([^0-9]|$)`, "i");
  return names.find((name) => pattern.test(name)) ?? names[0] ?? null;
}

const numberIn = (name: string, value: unknown) => (typeof value === "number" ? { [name]: value } : {});
const textIn = (name: string, value: unknown) => (typeof value === "string" ? { [name]: value } : {});
