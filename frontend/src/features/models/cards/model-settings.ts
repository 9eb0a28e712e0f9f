import type { JobSubmit, Model } from "@/api/types";
import { makesImages } from "../queries";

/** Settings of a submission with which a model is used. */
type Settings = Partial<Record<keyof JobSubmit, unknown>>;

type Kinded = Pick<Model, "kind">;

/** Return whether a model makes images by itself. */
export const isBase = ({ kind }: Kinded): boolean => kind === "checkpoint" || kind === "diffusion_model";

/** Return whether the form has a place for the model. */
export const isUsable = (model: Pick<Model, "kind" | "abilities">): boolean =>
  isBase(model) ? makesImages(model) : model.kind === "lora";

const LORA_STRENGTH = 0.8;

/** Return the settings that fit a model: the model, and what its author or architecture recommends. */
export function settingsFor({ name, kind, defaults }: Model): Settings {
  if (kind === "lora")
    return { lora_models: [{ name, strength_model: LORA_STRENGTH, strength_clip: LORA_STRENGTH }] };
  if (defaults === null) return { checkpoint_model: name };
  const { width, height, steps, cfg, sampler_name, scheduler } = defaults;
  return { checkpoint_model: name, width, height, params: { steps, cfg, sampler_name, scheduler } };
}
