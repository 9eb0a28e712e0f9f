import { expect, it } from "vitest";
import { brightnessToAlpha } from "./mask-canvas";

it("reads a mask from brightness and transparency", () => {
  const pixels = new Uint8ClampedArray([
    255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 0, 128, 128, 128, 255,
  ]);
  brightnessToAlpha(pixels);
  expect([pixels[3], pixels[7], pixels[11], pixels[15]]).toEqual([255, 0, 0, 128]);
});
