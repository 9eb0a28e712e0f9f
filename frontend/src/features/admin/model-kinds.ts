import type { ModelKind } from "@/api/types";

/** Display names of model kinds, in the singular. */
export const KIND_NAMES: Record<ModelKind, string> = {
  checkpoint: "Checkpoint",
  lora: "LoRA",
  diffusion_model: "Diffusion model",
  vae: "VAE",
  text_encoder: "Text encoder",
  controlnet: "ControlNet",
  embedding: "Embedding",
  upscaler: "Upscaler",
  clip_vision: "CLIP vision",
  ip_adapter: "IP-Adapter",
  style_model: "Style model",
  hypernetwork: "Hypernetwork",
  gligen: "GLIGEN",
  unknown: "Unknown",
};
