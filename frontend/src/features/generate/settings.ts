/** The settings of the form: defaults, sources, and the request they become. */
import type { Content, Job, JobSubmit, Preferences } from "@/api/types";
import type { LoraChoice } from "@/features/models";
import { type AppliedStyle, isStyle, styled } from "@/features/prompt-tools";
import { formatCount } from "@/lib/format";
import {
  type ImageSettings,
  imageFieldsOf,
  imageSettingsOf,
  NO_IMAGES,
  parseImages,
} from "./inputs/image-settings";

export interface GenerateSettings {
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Whether choices and wildcards in the prompts are drawn. */
  readonly isDynamic: boolean;
  readonly styles: readonly AppliedStyle[];
  /** Null uses the default model. */
  readonly checkpoint: string | null;
  readonly loras: readonly LoraChoice[];
  /** Allow LoRAs that were made for another model family. */
  readonly allowMismatch: boolean;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly batchSize: number;
  /** Used only while locked; otherwise the API picks a random one. */
  readonly seed: number;
  readonly isSeedLocked: boolean;
  readonly steps: number;
  readonly cfg: number;
  readonly sampler: string;
  readonly scheduler: string;
  readonly denoise: number;
  readonly images: ImageSettings;
}

/** Limits of the API, as in its OpenAPI document. */
export const LIMITS = {
  promptLength: 10_000,
  edge: { min: 64, max: 4096, step: 8 },
  batch: { min: 1, max: 16, step: 1 },
  seedMax: 2 ** 53 - 1,
  steps: { min: 1, max: 150, step: 1 },
  cfg: { min: 0, max: 30, step: 0.1 },
  denoise: { min: 0, max: 1, step: 0.01 },
} as const;

/** Return what is wrong with the length of a prompt, if anything. Counts characters as the API does. */
export function lengthErrorOf(text: string): string | undefined {
  const length = text.length > LIMITS.promptLength ? [...text].length : 0;
  return length > LIMITS.promptLength
    ? `Must be at most ${formatCount(LIMITS.promptLength)} characters long; it has ${formatCount(length)}.`
    : undefined;
}

export const DEFAULTS: GenerateSettings = {
  prompt: "",
  negativePrompt: "",
  isDynamic: false,
  styles: [],
  checkpoint: null,
  loras: [],
  allowMismatch: false,
  width: 512,
  height: 512,
  batchSize: 1,
  seed: 0,
  isSeedLocked: false,
  steps: 20,
  cfg: 7,
  sampler: "euler",
  scheduler: "normal",
  denoise: 1,
  images: NO_IMAGES,
};

/** Return the defaults of the user; those of the app where the user has set none. */
export function defaultsOf({ default_parameters: preferred = {} }: Preferences): GenerateSettings {
  return {
    ...DEFAULTS,
    checkpoint: preferred.checkpoint_model ?? DEFAULTS.checkpoint,
    negativePrompt: preferred.negative_prompt ?? DEFAULTS.negativePrompt,
    width: preferred.width ?? DEFAULTS.width,
    height: preferred.height ?? DEFAULTS.height,
    batchSize: preferred.batch_size ?? DEFAULTS.batchSize,
    steps: preferred.steps ?? DEFAULTS.steps,
    cfg: preferred.cfg ?? DEFAULTS.cfg,
    sampler: preferred.sampler_name ?? DEFAULTS.sampler,
    scheduler: preferred.scheduler ?? DEFAULTS.scheduler,
  };
}

export function submitOf(settings: GenerateSettings): JobSubmit {
  return {
    job_type: "image",
    prompt: styled(
      settings.prompt,
      settings.styles.map(({ prompt }) => prompt),
    ),
    negative_prompt: styled(
      settings.negativePrompt,
      settings.styles.map(({ negativePrompt }) => negativePrompt),
    ),
    dynamic_prompt: settings.isDynamic,
    lora_tags: false,
    checkpoint_model: settings.checkpoint,
    lora_models: settings.loras.map((lora) => ({ ...lora })),
    width: settings.width,
    height: settings.height,
    batch_size: settings.batchSize,
    params: {
      seed: settings.isSeedLocked ? settings.seed : null,
      steps: settings.steps,
      cfg: settings.cfg,
      sampler_name: settings.sampler,
      scheduler: settings.scheduler,
      denoise: settings.denoise,
      allow_mismatch: settings.allowMismatch,
    },
    ...imageFieldsOf(settings.images),
  };
}

/** Return the settings that became this request. */
export function settingsOfSubmit(body: JobSubmit): GenerateSettings {
  const params: Partial<NonNullable<JobSubmit["params"]>> = body.params ?? {};
  return parseSettings({
    prompt: body.prompt,
    negativePrompt: body.negative_prompt,
    isDynamic: body.dynamic_prompt,
    checkpoint: body.checkpoint_model,
    loras: body.lora_models,
    allowMismatch: params.allow_mismatch,
    width: body.width,
    height: body.height,
    batchSize: body.batch_size,
    seed: params.seed ?? 0,
    isSeedLocked: typeof params.seed === "number",
    steps: params.steps,
    cfg: params.cfg,
    sampler: params.sampler_name,
    scheduler: params.scheduler,
    denoise: params.denoise,
    images: imageSettingsOf(body),
  });
}

/** Return the settings of a job with its seed locked: submitting them makes the same image. */
export function settingsOfJob(job: Job): GenerateSettings {
  return {
    prompt: job.prompt,
    negativePrompt: job.negative_prompt,
    isDynamic: false,
    styles: [],
    checkpoint: job.checkpoint_model,
    loras: job.lora_models,
    allowMismatch: true,
    width: job.width,
    height: job.height,
    batchSize: 1,
    seed: job.params.seed,
    isSeedLocked: true,
    steps: job.params.steps,
    cfg: job.params.cfg,
    sampler: job.params.sampler_name,
    scheduler: job.params.scheduler,
    denoise: job.params.denoise,
    images: imageSettingsOf(job),
  };
}

/** Return the settings recorded with an image; what was not recorded comes from the current settings. */
export function settingsOfContent(item: Content, current: GenerateSettings): GenerateSettings {
  const { metadata } = item;
  const isSeedKnown = Number.isSafeInteger(metadata.seed);
  return parseSettings({
    ...current,
    prompt: item.prompt,
    negativePrompt: item.negative_prompt,
    isDynamic: false,
    styles: [],
    checkpoint: item.checkpoint_model || current.checkpoint,
    loras: metadata.lora_models,
    width: metadata.width ?? item.width,
    height: metadata.height ?? item.height,
    batchSize: 1,
    seed: isSeedKnown ? metadata.seed : current.seed,
    isSeedLocked: isSeedKnown,
    steps: metadata.steps ?? current.steps,
    cfg: metadata.cfg ?? current.cfg,
    sampler: metadata.sampler_name ?? current.sampler,
    scheduler: metadata.scheduler ?? current.scheduler,
    denoise: metadata.denoise,
    images: imageSettingsOf(metadata as Parameters<typeof imageSettingsOf>[0]),
  });
}

/** Read settings from stored JSON of any version: values of the wrong type become the default. */
export function parseSettings(value: unknown): GenerateSettings {
  const stored = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const settings: Record<string, unknown> = {};
  for (const [key, fallback] of Object.entries(DEFAULTS)) {
    const found = stored[key];
    const isValid = fallback === null ? typeof found === "string" : typeof found === typeof fallback;
    settings[key] = isValid && !Number.isNaN(found) ? found : fallback;
  }
  settings.styles = Array.isArray(stored.styles) ? stored.styles.filter(isStyle) : [];
  settings.images = parseImages(stored.images);
  settings.loras = Array.isArray(stored.loras) ? stored.loras.flatMap(lorasOf) : [];
  return settings as unknown as GenerateSettings;
}

/** Return a LoRA with its strengths, which are those of the API if they are omitted; none for anything else. */
function lorasOf(value: unknown): LoraChoice[] {
  if (typeof value !== "object" || value === null) return [];
  const { name, strength_model, strength_clip } = value as Record<string, unknown>;
  if (typeof name !== "string") return [];
  const ofModel = typeof strength_model === "number" ? strength_model : 1;
  const ofClip = typeof strength_clip === "number" ? strength_clip : ofModel;
  return [{ name, strength_model: ofModel, strength_clip: ofClip }];
}
