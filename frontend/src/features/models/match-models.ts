/** Which models of this installation a file of another program names; pure functions. */
import type { Model } from "@/api/types";

type Known = Pick<Model, "name" | "autov2" | "autov3" | "sha256">;

/** Return a name without folders and ending, in lower case. */
const stemOf = (name: string): string =>
  (name.replaceAll("\\", "/").split("/").at(-1) ?? name)
    .replace(/\.(safetensors|ckpt|pth|pt|bin|gguf|sft)$/i, "")
    .toLowerCase();

/** Return the name of the model with this hash, else of the one with this name; null if there is none. */
export function matchModel(models: readonly Known[], name: string, hash?: unknown): string | null {
  const digits = typeof hash === "string" ? hash.toLowerCase().replace(/^0x/, "") : "";
  const hasHash = ({ autov2, autov3, sha256 }: Known) =>
    digits.length >= 8 &&
    [autov2, autov3, sha256].some((known) => known?.toLowerCase().startsWith(digits) === true);
  const found =
    models.find(hasHash) ?? models.find((model) => name !== "" && stemOf(model.name) === stemOf(name));
  return found?.name ?? null;
}

export interface NamedLora {
  readonly name: string;
  readonly strength_model: number;
  readonly strength_clip: number;
}

export interface MatchedLoras {
  readonly found: readonly NamedLora[];
  /** Names of LoRAs that are not here. */
  readonly missing: readonly string[];
}

/** Return the LoRAs of a file that are here, by their names here. */
export function matchLoras(models: readonly Known[], given: unknown): MatchedLoras {
  const found: NamedLora[] = [];
  const missing: string[] = [];
  for (const lora of Array.isArray(given) ? (given as NamedLora[]) : []) {
    const name = matchModel(models, lora.name);
    if (name === null) missing.push(lora.name);
    else found.push({ ...lora, name });
  }
  return { found, missing };
}
