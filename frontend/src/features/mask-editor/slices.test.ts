import { expect, it } from "vitest";
import { DirtyAreas } from "./dirty-areas";
import { Slices, type Work } from "./slices";

it("does work in the order in which it was added, a part of it at a time", async () => {
  const seen: string[] = [];
  function* work(name: string): Work {
    for (const part of [1, 2, 3]) {
      seen.push(`${name}${part}`);
      yield;
    }
  }
  const slices = new Slices(
    () => true,
    () => seen.push("|"),
  );
  const both = Promise.all([slices.add(work("a")), slices.add(work("b"))]);
  // The first slice begins at once and is full after one part.
  expect(seen).toEqual(["a1", "|"]);
  await both;
  expect(seen.filter((one) => one !== "|")).toEqual(["a1", "a2", "a3", "b1", "b2", "b3"]);
  expect(seen.filter((one) => one === "|").length).toBeGreaterThan(5);
});

it("merges areas that are near, and keeps distant ones apart", () => {
  const dirty = new DirtyAreas();
  const square = (left: number, top: number) => ({ left, top, right: left + 10, bottom: top + 10 });
  dirty.add(square(0, 0));
  dirty.add(square(2, 0));
  dirty.add(square(500, 500));
  expect(dirty.pixels).toBe(12 * 10 + 10 * 10);
  expect(dirty.take()).toEqual([{ left: 0, top: 0, right: 12, bottom: 10 }, square(500, 500)]);
  expect(dirty.take()).toEqual([]);
});
