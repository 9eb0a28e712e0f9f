/** How the form follows from what is chosen in it; pure. */
import type { Model } from "@/api/types";
import { DEFAULTS, type GenerateSettings } from "./settings";

type Sampling = Pick<GenerateSettings, "width" | "height" | "steps" | "cfg" | "sampler" | "scheduler">;

function samplingOf(model: Model | null | undefined): Sampling | null {
  const defaults = model?.defaults;
  if (!defaults) return null;
  const { width, height, steps, cfg, sampler_name: sampler, scheduler } = defaults;
  return { width, height, steps, cfg, sampler, scheduler };
}

/**
 * What choosing a model changes besides itself: each setting that still is as the model before, or
 * the application, suggests becomes what the new one suggests. What the person set stays.
 */
export function applyModelDefaults(
  settings: GenerateSettings,
  before: Model | null | undefined,
  after: Model | null,
): Partial<GenerateSettings> {
  const suggested = samplingOf(after);
  if (suggested === null) return {};
  const untouched: Sampling = samplingOf(before) ?? DEFAULTS;
  const isSizeUntouched = [untouched, DEFAULTS].some(
    ({ width, height }) => settings.width === width && settings.height === height,
  );
  const keep = <Key extends keyof Sampling>(key: Key): Sampling[Key] =>
    settings[key] === untouched[key] || settings[key] === DEFAULTS[key] ? suggested[key] : settings[key];
  return {
    ...(isSizeUntouched ? { width: suggested.width, height: suggested.height } : {}),
    steps: keep("steps"),
    cfg: keep("cfg"),
    sampler: keep("sampler"),
    scheduler: keep("scheduler"),
  };
}

/** The prompt with a trigger word, unless it has it. */
export function withTriggerWord(prompt: string, word: string): string {
  if (prompt.toLowerCase().includes(word.toLowerCase())) return prompt;
  const trimmed = prompt.replace(/[\s,]+$/, "");
  return trimmed === "" ? word : `${trimmed}, ${word}`;
}
