import { expect, it } from "vitest";
import { boundsOf, fitted, imagePoint, pointsBetween, union, zoomed } from "./geometry";

const IMAGE = { width: 200, height: 100 };

it("keeps the bounds of a dab within the image", () => {
  expect(boundsOf({ x: 2, y: 50 }, 10, IMAGE)).toEqual({ left: 0, top: 39, right: 13, bottom: 61 });
  expect(boundsOf({ x: 500, y: 50 }, 10, IMAGE)).toBeNull();
});

it("unites bounds, of which the first may be missing", () => {
  const one = { left: 1, top: 2, right: 3, bottom: 4 };
  expect(union(null, one)).toEqual(one);
  expect(union(one, { left: 0, top: 3, right: 9, bottom: 3 })).toEqual({
    left: 0,
    top: 2,
    right: 9,
    bottom: 4,
  });
});

it("shows the whole image in the middle at first", () => {
  const view = fitted(IMAGE, { width: 424, height: 424 });
  expect(view.scale).toBe(2);
  expect(imagePoint(view, { x: 212, y: 212 })).toEqual({ x: 100, y: 50 });
});

it("zooms around a point, within limits", () => {
  const view = fitted(IMAGE, { width: 424, height: 424 });
  const at = { x: 100, y: 300 };
  const nearer = zoomed(view, 2, at, view.scale);
  expect(nearer.scale).toBe(4);
  expect(imagePoint(nearer, at)).toEqual(imagePoint(view, at));
  expect(zoomed(view, 0.1, at, view.scale).scale).toBe(view.scale);
  expect(zoomed(view, 1000, at, view.scale).scale).toBe(16);
});

it("fills the gaps of a fast stroke", () => {
  const points = pointsBetween({ x: 0, y: 0 }, { x: 30, y: 40 }, 5);
  expect(points).toHaveLength(10);
  expect(points.at(-1)).toEqual({ x: 30, y: 40 });
  expect(pointsBetween({ x: 1, y: 1 }, { x: 1, y: 1 }, 5)).toEqual([{ x: 1, y: 1 }]);
});
