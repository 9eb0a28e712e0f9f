import { expect, it } from "vitest";
import type { ListedPages } from "@/features/content";
import { reordered } from "./reordered";

/** Pages of items by their ids; the last one has a following page if it is cut off. */
function listOf(pages: readonly (readonly number[])[], isCutOff = false): ListedPages {
  return {
    pages: pages.map((ids, place) => ({
      items: ids.map((id) => ({ id, width: 1, height: 1 })),
      next_cursor: isCutOff || place < pages.length - 1 ? `after ${place}` : null,
      total: 9,
      outdated: 0,
    })),
    pageParams: pages.map((_ids, place) => (place === 0 ? null : `after ${place - 1}`)),
  };
}

const idsOf = (list: ListedPages) => list.pages.map(({ items }) => items.map(({ id }) => id));
const LIST = listOf([
  [1, 2, 3],
  [4, 5],
]);

it("moves items before or after another one, across pages that keep their sizes", () => {
  expect(idsOf(reordered(LIST, [5], { before: 2 }))).toEqual([
    [1, 5, 2],
    [3, 4],
  ]);
  expect(idsOf(reordered(LIST, [1, 2], { after: 4 }))).toEqual([
    [3, 4, 1],
    [2, 5],
  ]);
});

it("moves items to the end; they leave what is loaded if there is more", () => {
  expect(idsOf(reordered(LIST, [2], {}))).toEqual([
    [1, 3, 4],
    [5, 2],
  ]);
  expect(idsOf(reordered(listOf([[1, 2, 3]], true), [2], {}))).toEqual([[1, 3]]);
});

it("keeps the order in which items are given, and ignores those that are not loaded", () => {
  expect(idsOf(reordered(LIST, [3, 99, 1], { before: 5 }))).toEqual([
    [2, 4, 3],
    [1, 5],
  ]);
});
