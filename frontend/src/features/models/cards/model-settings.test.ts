import { expect, it } from "vitest";
import { makeAbilities, makeModel } from "@/testing/builders";
import { isBase, isUsable, settingsFor } from "./model-settings";

it("gives the form a checkpoint with its recommended settings", () => {
  const defaults = {
    ...{ width: 1024, height: 1024, steps: 28, cfg: 6 },
    ...{ sampler_name: "dpmpp_2m", scheduler: "karras" },
  };
  const model = makeModel({ name: "xl.safetensors", defaults: defaults as never });
  expect(settingsFor(model)).toEqual({
    checkpoint_model: "xl.safetensors",
    width: 1024,
    height: 1024,
    params: { steps: 28, cfg: 6, sampler_name: "dpmpp_2m", scheduler: "karras" },
  });
  expect(settingsFor(makeModel({ defaults: null }))).toEqual({ checkpoint_model: "sd15.safetensors" });
});

it("adds a LoRA, which makes no images by itself", () => {
  const lora = makeModel({ kind: "lora", name: "detail.safetensors" });
  expect(settingsFor(lora)).toEqual({
    lora_models: [{ name: "detail.safetensors", strength_model: 0.8, strength_clip: 0.8 }],
  });
  expect(isBase(lora)).toBe(false);
});

it("has no place in the form for models of sound and for embeddings", () => {
  const sound = makeModel({ abilities: makeAbilities({ text_to_image: false, source: false, mask: false }) });
  const models = [makeModel(), sound, makeModel({ kind: "lora" }), makeModel({ kind: "embedding" })];
  expect(models.map(isUsable)).toEqual([true, false, true, false]);
});
