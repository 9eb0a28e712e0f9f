import { expect, it } from "vitest";
import { describeSettings, partsOf } from "./settings-parts";

const SETTINGS = {
  job_type: "image",
  checkpoint_model: "sd15.safetensors",
  lora_models: [{ name: "detail.safetensors", strength_model: 0.8, strength_clip: 0.8 }],
  width: 832,
  height: 1216,
  vae: null,
  hires: { scale: 2 },
  params: { seed: null, steps: 28, cfg: 6, denoise: 1, allow_mismatch: false },
};

it("describes the settings of a preset, without those that say nothing", () => {
  expect(partsOf(SETTINGS).map(({ label }) => label)).toEqual([
    "Model sd15.safetensors",
    "LoRA detail.safetensors 0.8",
    "832 × 1216",
    "Hires",
    "Steps 28",
    "CFG 6",
  ]);
  expect(describeSettings({})).toBe("");
});
