import { describe, expect, it } from "vitest";
import { layOutRows, shownRatio } from "./layout";

const box = { width: 1000, targetHeight: 250, gap: 10 };
const square = { width: 512, height: 512 };
const portrait = { width: 512, height: 768 };
const landscape = { width: 1024, height: 512 };

describe("layOutRows", () => {
  it("returns no rows without images or without width", () => {
    expect(layOutRows([], box)).toEqual([]);
    expect(layOutRows([square], { ...box, width: 0 })).toEqual([]);
  });

  it("fills the width of every row but the last, in order", () => {
    const items = Array.from(
      { length: 40 },
      (_, index) => [square, portrait, landscape][index % 3] ?? square,
    );
    const rows = layOutRows(items, box);
    expect(rows[0]?.start).toBe(0);
    expect(rows.at(-1)?.end).toBe(items.length);
    for (const [index, row] of rows.slice(0, -1).entries()) {
      const widths = items.slice(row.start, row.end).map((item) => shownRatio(item) * row.height);
      const filled = widths.reduce((sum, width) => sum + width, 0) + box.gap * (row.end - row.start - 1);
      expect(filled).toBeCloseTo(box.width, 6);
      expect(rows[index + 1]?.start).toBe(row.end);
      expect(rows[index + 1]?.top).toBeCloseTo(row.top + row.height + box.gap, 6);
      expect(row.height).toBeGreaterThan(box.targetHeight * 0.6);
      expect(row.height).toBeLessThan(box.targetHeight * 1.7);
    }
  });

  it("does not enlarge a single image in the last row", () => {
    expect(layOutRows([portrait], box)).toEqual([{ start: 0, end: 1, top: 0, height: 250 }]);
  });

  it("never makes a row wider than the container, even for a panorama on a phone", () => {
    const [row] = layOutRows([{ width: 4000, height: 500 }], { ...box, width: 320 });
    expect((row?.height ?? 0) * shownRatio({ width: 4000, height: 500 })).toBeLessThanOrEqual(320);
  });

  it("takes linear time", () => {
    let reads = 0;
    const many = Array.from({ length: 100_000 }, (_, index) => ({
      get width() {
        reads += 1;
        return index % 2 ? 512 : 1024;
      },
      height: 512,
    }));
    expect(layOutRows(many, box).length).toBeGreaterThan(20_000);
    expect(reads).toBeLessThan(10 * many.length);
  });
});
