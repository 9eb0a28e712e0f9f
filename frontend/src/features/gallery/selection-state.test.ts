import { expect, it } from "vitest";
import { countOf, isSelected, NOTHING, type SelectionState, selectedTo, toggled } from "./selection-state";

const ORDER = [9, 8, 7, 6, 5];
const selected = (state: SelectionState) => ORDER.filter((id) => isSelected(state, id));

it("selects the range from the last selected image, in both directions", () => {
  const from = toggled(NOTHING, 7);
  expect(selected(selectedTo(from, 5, ORDER))).toEqual([7, 6, 5]);
  expect(selected(selectedTo(from, 9, ORDER))).toEqual([9, 8, 7]);
});

it("continues a range where the previous one ended", () => {
  const first = selectedTo(toggled(NOTHING, 9), 8, ORDER);
  expect(selected(selectedTo(first, 6, ORDER))).toEqual([9, 8, 7, 6]);
});

it("selects one image with Shift when none was selected before", () => {
  expect(selected(selectedTo(NOTHING, 6, ORDER))).toEqual([6]);
});

it("selects all matching images except those that are deselected", () => {
  const all: SelectionState = { ...NOTHING, all: { filter: {}, total: 20_000, except: new Set() } };
  const without = toggled(all, 7);
  expect(selected(without)).toEqual([9, 8, 6, 5]);
  expect(countOf(without)).toBe(19_999);
  expect(countOf(toggled(without, 7))).toBe(20_000);
  expect(selected(selectedTo(without, 5, ORDER))).toEqual(ORDER);
});

it("counts no more than the server does", () => {
  expect(countOf({ ...NOTHING, all: { filter: {}, total: null, except: new Set() } })).toBeNull();
});
