/** Model families, which decide the size presets. */

export type ModelFamily = "sd1" | "sdxl" | "flux" | "other";

/** Return the family of a checkpoint, from its architecture in the catalogue or else from its name. */
export function familyOf(name: string, architecture: string | null | undefined): ModelFamily {
  const text = (architecture ?? name).toLowerCase();
  if (/^(sd1|sd2)|sd[-_ ]?1|sd15|v1-5|sd[-_ ]?2/.test(text)) return "sd1";
  if (/xl|pony|illustrious/.test(text)) return "sdxl";
  if (/flux|sd3|chroma|qwen|z-image|lumina|hidream|auraflow/.test(text)) return "flux";
  return "other";
}
