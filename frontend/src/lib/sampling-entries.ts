/** Rows that show the recorded settings of an image or a file. */

const LABELS: readonly (readonly [string, string])[] = [
  ["seed", "Seed"],
  ["steps", "Steps"],
  ["cfg", "Guidance (CFG)"],
  ["guidance", "Guidance"],
  ["sampler_name", "Sampler"],
  ["scheduler", "Scheduler"],
  ["denoise", "Denoise"],
  ["clip_skip", "CLIP skip"],
  ["vae", "VAE"],
];

/** Return label and value of each setting that is known. */
export function samplingEntries(metadata: Readonly<Record<string, unknown>>): [string, string][] {
  // Numbers of JavaScript are exact up to 2 ** 53; ComfyUI's seeds go to 2 ** 64.
  const exact = typeof metadata.seed_exact === "string" ? { seed: metadata.seed_exact } : {};
  const shown: Readonly<Record<string, unknown>> = { ...metadata, ...exact };
  const entries = LABELS.flatMap(([key, label]): [string, string][] => {
    const value = shown[key];
    return typeof value === "string" || typeof value === "number" ? [[label, String(value)]] : [];
  });
  const hires = hiresText(metadata.hires);
  return hires === "" ? entries : [...entries, ["Second pass", hires]];
}

/** Return the prompts of single characters, as NovelAI has them. */
export function charactersOf({ character_prompts: texts }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(texts) ? texts.filter((text): text is string => typeof text === "string") : [];
}

function hiresText(value: unknown): string {
  if (typeof value !== "object" || value === null) return "";
  const { scale, size, steps, denoise, upscaler, upscale_model: model } = value as Record<string, unknown>;
  const parts = [
    typeof scale === "number" ? `${scale}×` : size,
    model ?? upscaler,
    typeof steps === "number" && `${steps} steps`,
    typeof denoise === "number" && `denoise ${denoise}`,
  ];
  return parts.filter((part) => typeof part === "string" && part !== "").join(", ");
}
