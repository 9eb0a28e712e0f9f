import type { Architecture } from "@/api/types";

export interface Encoders {
  /** The encoders that read CLIP's tokens, or null. */
  readonly clip: string | null;
  /** The encoder that reads the tokens of T5 v1.1, or null. UMT5 and Pile-T5 have other tokens. */
  readonly t5: string | null;
  readonly others: readonly string[];
}

const clip = (name: string, ...others: string[]): Encoders => ({ clip: name, t5: null, others });
const clipAndT5 = (name: string, ...others: string[]): Encoders => ({ clip: name, t5: "T5", others });
const T5: Encoders = { clip: null, t5: "T5", others: [] };
const only = (name: string): Encoders => ({ clip: null, t5: null, others: [name] });

/** The text encoders of each architecture, as in catalog/selection/recipes.py. */
const ENCODERS: Partial<Record<Architecture, Encoders>> = {
  sd1: clip("CLIP L"),
  sd2: clip("CLIP H"),
  sdxl: clip("CLIP L and G"),
  "sdxl-refiner": clip("CLIP G"),
  sd3: clipAndT5("CLIP L and G"),
  flux1: clipAndT5("CLIP L"),
  hidream: clipAndT5("CLIP L and G", "Llama"),
  "hunyuan-video": clip("CLIP L", "Llama"),
  chroma: T5,
  wan: only("UMT5"),
  auraflow: only("Pile-T5"),
  pixart: T5,
  cosmos: T5,
  "cosmos-predict2": T5,
  ltxv: T5,
  mochi: T5,
  "qwen-image": only("Qwen"),
  "z-image": only("Qwen"),
  omnigen2: only("Qwen"),
  "hunyuan-image": only("Qwen"),
  anima: only("Qwen"),
  lumina2: only("Gemma"),
};

/** Return the text encoders of an architecture; none if they are not known. */
export const encodersOf = (architecture: string | undefined): Encoders =>
  ENCODERS[architecture as Architecture] ?? { clip: null, t5: null, others: [] };
