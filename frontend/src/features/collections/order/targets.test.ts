import { expect, it } from "vitest";
import { placeAt, placeByKey } from "./targets";

const TILE = { left: 100, top: 50, width: 200, height: 100 };

it("puts a dragged item before or after the tile, by the half under the pointer", () => {
  expect(placeAt(TILE, { clientX: 150, clientY: 140 }, 7, "grid").place).toEqual({ before: 7 });
  expect(placeAt(TILE, { clientX: 250, clientY: 60 }, 7, "grid").place).toEqual({ after: 7 });
  expect(placeAt(TILE, { clientX: 250, clientY: 60 }, 7, "list").place).toEqual({ before: 7 });
  expect(placeAt(TILE, { clientX: 150, clientY: 140 }, 7, "list").place).toEqual({ after: 7 });
});

it("draws the line along the edge of the tile", () => {
  const { line } = placeAt(TILE, { clientX: 110, clientY: 60 }, 7, "grid");
  expect(line).toMatchObject({ top: 50, height: 100 });
  expect(line.left).toBeLessThan(100);
});

it("moves an item by one with a key, but not beyond the ends", () => {
  const ids = [1, 2, 3];
  expect(placeByKey(ids, 2, "ArrowLeft")).toEqual({ before: 1 });
  expect(placeByKey(ids, 2, "ArrowDown")).toEqual({ after: 3 });
  expect(placeByKey(ids, 1, "ArrowLeft")).toBeNull();
  expect(placeByKey(ids, 3, "ArrowRight")).toBeNull();
  expect(placeByKey(ids, 2, "Home")).toBeNull();
});
