/** The settings of a preset in words. */

type Settings = Readonly<Record<string, unknown>>;

export interface SettingsPart {
  /** Where it is in the settings: `steps` of `params` is `params.steps`. */
  readonly path: string;
  readonly label: string;
}

const NAMES: Readonly<Record<string, string>> = {
  checkpoint_model: "Model",
  lora_models: "LoRA",
  vae: "VAE",
  clip_skip: "CLIP skip",
  cfg: "CFG",
  sampler_name: "Sampler",
  hires: "Hires",
};

/** Fields that say nothing by themselves. */
const SILENT = new Set(["job_type", "allow_mismatch", "height"]);

const nameOf = (key: string): string =>
  NAMES[key] ?? `${key.charAt(0).toUpperCase()}${key.slice(1)}`.replaceAll("_", " ");

const isRecord = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

/** Return each setting as a short text such as "Steps 28". */
export function partsOf(settings: Settings): SettingsPart[] {
  return Object.entries(settings).flatMap(([key, value]): SettingsPart[] => {
    if (key === "params" && isRecord(value))
      return partsOf(value).map(({ path, label }) => ({ path: `params.${path}`, label }));
    const label = SILENT.has(key) || isEmpty(value) ? null : labelOf(key, value, settings);
    return label === null ? [] : [{ path: key, label }];
  });
}

function labelOf(key: string, value: unknown, settings: Settings): string | null {
  if (key === "width") return `${String(value)} × ${String(settings.height ?? value)}`;
  if (key === "denoise" && value === 1) return null;
  if (Array.isArray(value)) return `${nameOf(key)} ${value.map(nameOfItem).join(", ")}`;
  if (isRecord(value)) return nameOf(key);
  return value === false ? null : `${nameOf(key)} ${value === true ? "on" : String(value)}`;
}

function nameOfItem(item: unknown): string {
  if (!isRecord(item)) return String(item);
  const { name, strength_model: strength } = item;
  return [name, strength]
    .filter((part) => part !== undefined)
    .map(String)
    .join(" ");
}

/** Return a line about the settings. */
export const describeSettings = (settings: Settings): string =>
  partsOf(settings)
    .map(({ label }) => label)
    .join(" · ");
