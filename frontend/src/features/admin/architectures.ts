import type { Architecture } from "@/api/types";

/** Every architecture there is a name for; a new one of the API is missing here until it compiles. */
const NAMES: Record<Architecture, true> = {
  sd1: true,
  sd2: true,
  "sd-x4-upscaler": true,
  sdxl: true,
  "sdxl-refiner": true,
  svd: true,
  sd3: true,
  flux1: true,
  flux2: true,
  chroma: true,
  "qwen-image": true,
  wan: true,
  "z-image": true,
  lumina2: true,
  "hunyuan-video": true,
  "hunyuan-image": true,
  "hunyuan-dit": true,
  hidream: true,
  ltxv: true,
  auraflow: true,
  "stable-cascade": true,
  pixart: true,
  mochi: true,
  omnigen2: true,
  cosmos: true,
  "cosmos-predict2": true,
  anima: true,
  clip: true,
  t5: true,
  "language-model": true,
  unknown: true,
};

export const ARCHITECTURES = Object.keys(NAMES) as Architecture[];
