import { expect, it } from "vitest";
import { type Brush, MaskPlane } from "./mask-plane";
import { Patch, TILE_PX, tilesOf } from "./patch";

const hard: Brush = { size: 10, hardness: 1, isErasing: false };

function dab(plane: MaskPlane, x: number, y: number, brush: Brush = hard, pressure = 1): void {
  const bounds = plane.boundsOf({ x, y }, brush, pressure);
  if (bounds !== null) plane.dab({ x, y }, brush, pressure, bounds);
}

const wholeOf = ({ width, height }: MaskPlane) => ({ left: 0, top: 0, right: width, bottom: height });

function soften(plane: MaskPlane, radius: number): void {
  plane.soften(plane.values.slice(), wholeOf(plane), radius);
}

/** `toEqual` compares arrays of this size for seconds. */
const isSame = (one: Uint8Array, other: Uint8Array) => one.every((value, place) => value === other[place]);

const valueAt = (plane: MaskPlane, x: number, y: number) => plane.values[y * plane.width + x];
const sumOf = (plane: MaskPlane) => plane.values.reduce((sum, value) => sum + value, 0);

it("paints a disc with a smooth edge, and nothing beyond it", () => {
  const plane = new MaskPlane(40, 30);
  expect(plane.isEmpty()).toBe(true);
  dab(plane, 20, 15);
  expect(plane.isEmpty()).toBe(false);
  expect(sumOf(plane) / 255).toBeCloseTo(Math.PI * 5 ** 2, 0);
  expect([valueAt(plane, 20, 15), valueAt(plane, 27, 15), valueAt(plane, 20, 22)]).toEqual([255, 0, 0]);
});

it("paints less with a soft brush, with less pressure, and erases", () => {
  const soft = new MaskPlane(40, 30);
  dab(soft, 20, 15, { ...hard, hardness: 0 });
  const light = new MaskPlane(40, 30);
  dab(light, 20, 15, hard, 0.5);
  expect(sumOf(soft) / 255).toBeLessThan(Math.PI * 5 ** 2 * 0.6);
  expect(sumOf(light) / 255).toBeCloseTo(Math.PI * 2.5 ** 2, 0);
  dab(soft, 20, 15, { ...hard, size: 20, isErasing: true });
  expect(soft.isEmpty()).toBe(true);
});

it("paints at the edges and ignores what is outside", () => {
  const plane = new MaskPlane(40, 30);
  dab(plane, 0, 0);
  expect(sumOf(plane) / 255).toBeCloseTo((Math.PI * 5 ** 2) / 4, 0);
  expect(plane.boundsOf({ x: 60, y: 10 }, hard, 1)).toBeNull();
});

it("fills, inverts and softens", () => {
  const plane = new MaskPlane(64, 64);
  dab(plane, 32, 32, { ...hard, size: 30 });
  const before = sumOf(plane);
  soften(plane, 8);
  expect(Math.abs(sumOf(plane) - before)).toBeLessThan(before * 0.02);
  expect(valueAt(plane, 32, 32)).toBe(255);
  expect(valueAt(plane, 32 + 15, 32)).toBeGreaterThan(60);
  expect(valueAt(plane, 32 + 15, 32)).toBeLessThan(195);
  plane.invert(wholeOf(plane));
  expect(valueAt(plane, 0, 0)).toBe(255);
  plane.fill(255, wholeOf(plane));
  soften(plane, 8);
  expect(sumOf(plane)).toBe(64 * 64 * 255);
});

it("softens tile by tile as it softens the whole", () => {
  const [whole, tiled] = [new MaskPlane(700, 300), new MaskPlane(700, 300)];
  for (const plane of [whole, tiled]) dab(plane, 256, 200, { ...hard, size: 200 });
  soften(whole, 20);
  const before = tiled.values.slice();
  for (const tile of tilesOf(wholeOf(tiled), tiled)) tiled.soften(before, tile, 20);
  expect(isSame(tiled.values, whole.values)).toBe(true);
  expect(isSame(whole.values, before)).toBe(false);
});

it("copies each tile that a stroke touches once, and no other", () => {
  const plane = new MaskPlane(2048, 1500);
  const patch = new Patch(plane);
  for (let x = 300; x < 500; x += 2) patch.keep({ left: x, top: 10, right: x + 20, bottom: 30 });
  expect(patch.bytes).toBe(2 * TILE_PX ** 2);
  expect([...patch.swap()].map(({ left }) => left)).toEqual([256, 512]);
});

it("undoes a change and does it again", () => {
  const plane = new MaskPlane(700, 300);
  const patch = new Patch(plane);
  dab(plane, 255, 255);
  const before = plane.values.slice();
  expect(patch.isEmpty).toBe(true);
  patch.keep({ left: 0, top: 0, right: 700, bottom: 300 });
  dab(plane, 690, 290);
  const after = plane.values.slice();
  expect([...patch.swap()]).toHaveLength(6);
  expect(isSame(plane.values, before)).toBe(true);
  expect([...patch.swap()]).toHaveLength(6);
  expect(isSame(plane.values, after)).toBe(true);
});

it("cuts tiles at the edges of the mask", () => {
  expect([...tilesOf({ left: 600, top: 200, right: 700, bottom: 260 }, { width: 700, height: 300 })]).toEqual(
    [
      { left: 512, top: 0, right: 700, bottom: 256 },
      { left: 512, top: 256, right: 700, bottom: 300 },
    ],
  );
});
