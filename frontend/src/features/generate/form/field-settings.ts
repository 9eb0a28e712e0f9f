/** Which settings of the form a field of the request depends on. */
import type { GenerateSettings } from "../settings";

const SETTINGS: Readonly<Record<string, readonly (keyof GenerateSettings)[]>> = {
  prompt: ["prompt", "isDynamic", "styles"],
  negative_prompt: ["negativePrompt", "isDynamic", "styles"],
  checkpoint_model: ["checkpoint", "images"],
  lora_models: ["loras", "checkpoint", "allowMismatch"],
  width: ["width", "checkpoint", "images"],
  height: ["height", "checkpoint", "images"],
  batch_size: ["batchSize"],
  "params.seed": ["seed", "isSeedLocked"],
  "params.steps": ["steps"],
  "params.cfg": ["cfg"],
  "params.sampler_name": ["sampler"],
  "params.scheduler": ["scheduler"],
  "params.denoise": ["denoise", "images"],
};

/** Return whether a field such as "lora_models.0.name" may have another value than in the settings that were sent. */
export function hasChanged(path: string, sent: GenerateSettings, now: GenerateSettings): boolean {
  const [first = "", second = ""] = path.split(".");
  const settings = SETTINGS[first] ?? SETTINGS[`${first}.${second}`] ?? ["images"];
  return settings.some((name) => sent[name] !== now[name]);
}
