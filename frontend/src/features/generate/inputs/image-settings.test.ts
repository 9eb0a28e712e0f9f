import { expect, it } from "vitest";
import {
  imageFieldsOf,
  imageSettingsOf,
  NO_IMAGES,
  newControl,
  noExtent,
  parseImages,
  sourceOf,
} from "./image-settings";

const SOURCE = sourceOf({ content_id: 12 });

it("sends nothing for text to image", () => {
  expect(imageFieldsOf(NO_IMAGES)).toEqual({});
});

it("restores from a request what became that request", () => {
  const settings = {
    source: { ...SOURCE, mask: { upload_id: 4 }, maskMode: "fill", maskGrow: 3 },
    references: [{ image: { upload_id: 5 }, strength: 0.5 }],
    control: [{ ...newControl(), image: { content_id: 9 }, model: "canny.safetensors", type: "canny" }],
    hires: { scale: 2, method: "model", upscaleModel: "4x.safetensors", denoise: 0.3 },
    vae: "vae.safetensors",
    clipSkip: 2,
    refiner: { model: "refiner.safetensors", switchAt: 0.7 },
  } as const;
  expect(imageSettingsOf(imageFieldsOf(settings))).toEqual(settings);
});

it("restores an extended source", () => {
  const settings = {
    ...NO_IMAGES,
    source: { ...SOURCE, extend: { ...noExtent(), right: 256, feather: 16 } },
  };
  expect(imageSettingsOf(imageFieldsOf(settings))).toEqual(settings);
});

it("does not send an extent of nothing, nor a control layer that is not complete", () => {
  const fields = imageFieldsOf({
    ...NO_IMAGES,
    source: { ...SOURCE, extend: noExtent() },
    control: [newControl(), { ...newControl(), model: "canny.safetensors" }],
  });
  expect(fields).toEqual({ source: { image: { content_id: 12 }, resize: "crop" }, control: [] });
});

it("leaves out what cannot be read", () => {
  expect(parseImages(null)).toEqual(NO_IMAGES);
  expect(parseImages({ source: { image: "12" }, references: [{}, 3], hires: {}, clipSkip: "2" })).toEqual(
    NO_IMAGES,
  );
});
