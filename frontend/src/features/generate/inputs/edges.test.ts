import { expect, it } from "vitest";
import { edgesOf } from "./edges";
import { strengthWord } from "./strength-words";

it("finds the edge between a dark and a light half", () => {
  const [width, height] = [8, 4];
  const data = new Uint8ClampedArray(width * height * 4);
  for (let at = 0; at < width * height; at += 1) {
    const value = at % width < 4 ? 0 : 255;
    data.set([value, value, value, 255], at * 4);
  }
  edgesOf(data, width, height);
  const row = Array.from({ length: width }, (_, x) => data[(width + x) * 4]);
  expect(row).toEqual([0, 0, 0, 255, 255, 0, 0, 0]);
});

it("has a word for every strength", () => {
  expect([0, 0.1, 0.35, 0.6, 0.7, 0.9, 1].map(strengthWord)).toEqual([
    "No change",
    "Slight change",
    "Small change",
    "Moderate change",
    "Large change",
    "Almost new",
    "Completely new",
  ]);
});
