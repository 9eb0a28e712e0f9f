import { expect, it } from "vitest";
import { makeContent } from "@/testing/builders";
import { enlargedFrom, upscaleModelFor, upscaleOf, variationOf } from "./requests";

it("varies an image with its own settings", () => {
  const item = makeContent({
    id: 7,
    prompt: "a fox",
    negative_prompt: "blur",
    checkpoint_model: "sd15.safetensors",
    metadata: { seed: 3, steps: 12, cfg: 5, sampler_name: "euler", scheduler: "normal", lora_models: [] },
  });
  expect(variationOf(item, 0.35)).toEqual({
    prompt: "a fox",
    negative_prompt: "blur",
    checkpoint_model: "sd15.safetensors",
    lora_models: [],
    source: { image: { content_id: 7 } },
    params: {
      steps: 12,
      cfg: 5,
      sampler_name: "euler",
      scheduler: "normal",
      denoise: 0.35,
      allow_mismatch: true,
    },
  });
});

it("keeps the control image of a checkpoint that reads it itself, and no ControlNet", () => {
  const image = { upload_id: null, content_id: 6 };
  const layer = { model: "", image, type: "auto", preprocessor: "canny", strength: 1, folder: "controlnet" };
  const varied = (control: object) => variationOf(makeContent({ metadata: { control: [control] } }), 0.35);
  expect(varied(layer).control).toEqual([{ image, type: "auto", preprocessor: "canny" }]);
  expect(varied({ ...layer, model: "canny.safetensors" }).control).toBeUndefined();
});

it("knows of what an image is an enlargement", () => {
  const source = { image: { upload_id: null, content_id: 6 } };
  expect(enlargedFrom(makeContent({ metadata: { operation: "upscale", source } }))).toBe(6);
  expect(enlargedFrom(makeContent({ metadata: { operation: "generate", source } }))).toBeNull();
  expect(enlargedFrom(makeContent({ metadata: {} }))).toBeNull();
});

it("enlarges without a prompt", () => {
  expect(upscaleOf(makeContent({ id: 7 }), "4x.pth", 4)).toEqual({
    operation: "upscale",
    source: { image: { content_id: 7 } },
    upscale: { model: "4x.pth", scale: 4 },
  });
});

it("prefers the upscale model that was made for the factor", () => {
  const names = ["RealESRGAN_x2.pth", "4x-UltraSharp.pth", "14x.pth"];
  expect(upscaleModelFor(names, 4)).toBe("4x-UltraSharp.pth");
  expect(upscaleModelFor(names, 2)).toBe("RealESRGAN_x2.pth");
  expect(upscaleModelFor(["one.pth"], 4)).toBe("one.pth");
  expect(upscaleModelFor([], 4)).toBeNull();
});
