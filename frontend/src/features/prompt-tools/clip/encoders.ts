import type { Architecture } from "@/api/types";

export interface Encoders {
  /** The encoders that read CLIP's tokens, or null. */
  readonly clip: string | null;
  readonly others: readonly string[];
}

const clip = (name: string, ...others: string[]): Encoders => ({ clip: name, others });
const only = (name: string): Encoders => ({ clip: null, others: [name] });

/** The text encoders of each architecture, as in catalog/selection/recipes.py. */
const ENCODERS: Partial<Record<Architecture, Encoders>> = {
  sd1: clip("CLIP L"),
  sd2: clip("CLIP H"),
  sdxl: clip("CLIP L and G"),
  "sdxl-refiner": clip("CLIP G"),
  sd3: clip("CLIP L and G", "T5"),
  flux1: clip("CLIP L", "T5"),
  hidream: clip("CLIP L and G", "T5", "Llama"),
  "hunyuan-video": clip("CLIP L", "Llama"),
  chroma: only("T5"),
  wan: only("T5"),
  auraflow: only("T5"),
  pixart: only("T5"),
  cosmos: only("T5"),
  "cosmos-predict2": only("T5"),
  ltxv: only("T5"),
  mochi: only("T5"),
  "qwen-image": only("Qwen"),
  "z-image": only("Qwen"),
  omnigen2: only("Qwen"),
  "hunyuan-image": only("Qwen"),
  anima: only("Qwen"),
  lumina2: only("Gemma"),
};

/** Return the text encoders of an architecture; none if they are not known. */
export const encodersOf = (architecture: string | undefined): Encoders =>
  ENCODERS[architecture as Architecture] ?? { clip: null, others: [] };
