import type { Architecture } from "@/api/types";

/** Display names; the type check fails until an architecture added to the API is added here. */
const NAMES: Record<Architecture, string> = {
  sd1: "SD 1.x",
  sd2: "SD 2.x",
  "sd-x4-upscaler": "SD x4 upscaler",
  sdxl: "SDXL",
  "sdxl-refiner": "SDXL refiner",
  svd: "SVD",
  sd3: "SD 3",
  flux1: "Flux.1",
  flux2: "Flux.2",
  chroma: "Chroma",
  "qwen-image": "Qwen-Image",
  wan: "Wan",
  "z-image": "Z-Image",
  lumina2: "Lumina 2",
  "hunyuan-video": "HunyuanVideo",
  "hunyuan-image": "HunyuanImage",
  "hunyuan-dit": "Hunyuan-DiT",
  hidream: "HiDream",
  ltxv: "LTX-Video",
  auraflow: "AuraFlow",
  "stable-cascade": "Stable Cascade",
  pixart: "PixArt",
  mochi: "Mochi",
  omnigen2: "OmniGen2",
  cosmos: "Cosmos",
  "cosmos-predict2": "Cosmos-Predict2",
  anima: "Anima",
  "ace-step": "ACE-Step",
  "stable-audio": "Stable Audio",
  clip: "CLIP",
  t5: "T5",
  "language-model": "Language model",
  unknown: "Unknown",
};

export const ARCHITECTURES = Object.keys(NAMES) as Architecture[];

/** Return the display name of an architecture; unknown ones are returned as they are. */
export const architectureName = (architecture: string): string =>
  NAMES[architecture as Architecture] ?? architecture;
