import { expect, it } from "vitest";
import { brightnessOf } from "./mask-canvas";

it("reads a mask from brightness and transparency", () => {
  const pixels = new Uint8ClampedArray([
    255, 255, 255, 255, 0, 0, 0, 255, 255, 255, 255, 0, 128, 128, 128, 255,
  ]);
  expect([...brightnessOf(pixels)]).toEqual([255, 0, 0, 128]);
});
