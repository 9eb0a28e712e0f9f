/** Form values that follow from the chosen models; pure functions. */
import type { Model } from "@/api/types";
import { DEFAULTS, type GenerateSettings } from "./settings";

type ModelDefaults = Pick<GenerateSettings, "width" | "height" | "steps" | "cfg" | "sampler" | "scheduler">;

function defaultsOfModel(model: Model | null | undefined): ModelDefaults | null {
  const defaults = model?.defaults;
  if (!defaults) return null;
  const { width, height, steps, cfg, sampler_name: sampler, scheduler } = defaults;
  return { width, height, steps, cfg, sampler, scheduler };
}

/**
 * Return the settings that change with the chosen model. A setting takes the default of the new model
 * if it still has the default of the previous model or of the app; settings the user changed stay.
 */
export function applyModelDefaults(
  settings: GenerateSettings,
  before: Model | null | undefined,
  after: Model | null,
): Partial<GenerateSettings> {
  const suggested = defaultsOfModel(after);
  if (suggested === null) return {};
  const untouched: ModelDefaults = defaultsOfModel(before) ?? DEFAULTS;
  const isSizeUntouched = [untouched, DEFAULTS].some(
    ({ width, height }) => settings.width === width && settings.height === height,
  );
  const settingFor = <Key extends keyof ModelDefaults>(key: Key): ModelDefaults[Key] =>
    settings[key] === untouched[key] || settings[key] === DEFAULTS[key] ? suggested[key] : settings[key];
  return {
    ...(isSizeUntouched ? { width: suggested.width, height: suggested.height } : {}),
    steps: settingFor("steps"),
    cfg: settingFor("cfg"),
    sampler: settingFor("sampler"),
    scheduler: settingFor("scheduler"),
  };
}

/** Return the settings with another checkpoint and what changes with it. */
export function withModel(
  settings: GenerateSettings,
  name: string,
  known: readonly Model[],
): GenerateSettings {
  const find = (wanted: string | null) => known.find((model) => model.name === wanted) ?? null;
  return {
    ...settings,
    ...applyModelDefaults(settings, find(settings.checkpoint), find(name)),
    checkpoint: name,
  };
}

/** Return the prompt with the trigger word added, unless it already contains the word. */
export function withTriggerWord(prompt: string, word: string): string {
  if (prompt.toLowerCase().includes(word.toLowerCase())) return prompt;
  const trimmed = prompt.replace(/[\s,]+$/, "");
  return trimmed === "" ? word : `${trimmed}, ${word}`;
}
