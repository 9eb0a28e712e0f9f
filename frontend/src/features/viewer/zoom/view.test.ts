import { expect, it } from "vitest";
import {
  bounded,
  FITTED,
  fittedSize,
  fullScale,
  isEnlarged,
  isFitted,
  nearView,
  panned,
  zoomed,
} from "./view";

const frame = { width: 800, height: 600 };
const photo = { width: 3200, height: 1600 };
const icon = { width: 100, height: 100 };

it("fits large images into the frame, and enlarges small ones to twice their size", () => {
  expect(fittedSize(photo, frame)).toEqual({ width: 800, height: 400 });
  expect(fittedSize(icon, frame)).toEqual({ width: 200, height: 200 });
});

it("knows the scale at which pixels of image and screen are the same", () => {
  expect(fullScale(photo, frame, 1)).toBe(4);
  expect(fullScale(photo, frame, 2)).toBe(2);
  expect(fullScale(icon, frame, 1)).toBe(0.5);
});

it("keeps what is under the pointer where it is", () => {
  const at = { x: 200, y: -50 };
  const near = zoomed(FITTED, 4, at, photo, frame);
  expect(near.scale).toBe(4);
  // The point of the image under the pointer, before and after.
  const before = at.x;
  const after = (at.x - near.x * frame.width) / near.scale;
  expect(after).toBeCloseTo(before, 6);
  expect(zoomed(near, 0.25, at, photo, frame)).toEqual(FITTED);
});

it("does not let an image leave the frame, or grow without end", () => {
  expect(panned(FITTED, { x: 500, y: 500 }, photo, frame)).toEqual(FITTED);
  const near = zoomed(FITTED, 2, { x: 0, y: 0 }, photo, frame);
  // 1600 x 800 in 800 x 600: 400 and 100 pixels to each side.
  expect(panned(near, { x: 9_999, y: 9_999 }, photo, frame)).toEqual({ scale: 2, x: 0.5, y: 100 / 600 });
  expect(bounded({ scale: 1_000, x: 0, y: 0 }, photo, frame).scale).toBe(32);
  expect(bounded({ scale: 0.01, x: 0, y: 0 }, icon, frame).scale).toBe(0.5);
  expect(isEnlarged(FITTED)).toBe(false);
  expect(isEnlarged(near)).toBe(true);
});

it("enlarges by two taps what full size would make smaller on a screen with small pixels", () => {
  const small = { width: 600, height: 300 };
  expect(nearView(small, frame, 3, { x: 100, y: 0 })).toEqual({ scale: 2, x: -0.125, y: 0 });
  expect(nearView(photo, frame, 1, { x: 0, y: 0 }).scale).toBe(4);
});

it("knows a fitted image in spite of rounding", () => {
  expect(isFitted({ scale: 1, x: 1e-16, y: -1e-16 })).toBe(true);
  expect(isFitted({ scale: 1, x: 0.01, y: 0 })).toBe(false);
});
