import { expect, it } from "vitest";
import { makeContent } from "@/testing/builders";
import { arrivalsOn, outdated, withItem, withoutArrivals, withoutItems, withPage } from "./list-pages";
import type { ListedPage, ListedPages } from "./list-skeleton";

function pageOf(ids: readonly number[], next_cursor: string | null, total: number | null = null): ListedPage {
  return { items: ids.map((id) => makeContent({ id })), next_cursor, total, outdated: 0 };
}

/** Newest first, three to a page; a cursor names the last item of the previous page. */
const LIST: ListedPages = outdated({
  pages: [pageOf([9, 8, 7], "7", 9), pageOf([6, 5, 4], "4"), pageOf([3, 2, 1], null)],
  pageParams: [null, "7", "4"],
});

const shapeOf = ({ pages, pageParams }: ListedPages) =>
  pages.map((page, place) => [pageParams[place], page.items.map(({ id }) => id).join(" "), page.next_cursor]);
const all = (list: ListedPages) => list.pages.flatMap((page) => page.items.map(({ id }) => id));

it("replaces an unchanged page and marks it as up to date", () => {
  const list = withPage(LIST, "7", pageOf([6, 5, 4], "4"));
  expect(shapeOf(list)).toEqual(shapeOf(LIST));
  expect(list.pages.map((page) => page.outdated)).toEqual([1, 0, 1]);
});

it("keeps all items when newer ones push older ones on", () => {
  const list = withPage(LIST, null, pageOf([11, 10, 9], "9", 11));
  expect(shapeOf(list)).toEqual([
    [null, "11 10 9", "9"],
    ["9", "8 7", "7"],
    ["7", "6 5 4", "4"],
    ["4", "3 2 1", null],
  ]);
  expect(list.pages[0]?.total).toBe(11);
  const next = withPage(list, "9", pageOf([8, 7, 6], "6"));
  expect(shapeOf(next)).toEqual([
    [null, "11 10 9", "9"],
    ["9", "8 7 6", "6"],
    ["6", "5 4", "4"],
    ["4", "3 2 1", null],
  ]);
});

it("closes the gap where items were deleted", () => {
  const list = withPage(LIST, "7", pageOf([5, 3, 2], "2"));
  expect(shapeOf(list)).toEqual([
    [null, "9 8 7", "7"],
    ["7", "5 3 2", "2"],
    ["2", "1", null],
  ]);
});

it.each([
  ["up", [2, 9, 8], [2, 9, 8, 7, 6, 5, 4, 3, 1]],
  ["down", [8, 7, 9], [8, 7, 9, 6, 5, 4, 3, 2, 1]],
])("shows an item that moved %s once, and keeps all others", (_way, fresh, shown) => {
  expect(all(withPage(LIST, null, pageOf(fresh, "8", 9)))).toEqual(shown);
});

it("marks the next page as outdated when items may have moved", () => {
  const list = withPage({ ...LIST, pages: LIST.pages.map((page) => ({ ...page, outdated: 0 })) }, null, {
    ...pageOf([9, 8, 2], "2", 9),
  });
  expect(list.pages.map((page) => page.outdated)).toEqual([0, 1]);
  expect(shapeOf(list)[1]).toEqual(["2", "1", null]);
});

it("ends where the list of the API ends", () => {
  expect(shapeOf(withPage(LIST, "7", pageOf([6], null)))).toEqual([
    [null, "9 8 7", "7"],
    ["7", "6", null],
  ]);
  expect(all(withPage(LIST, null, pageOf([], null, 0)))).toEqual([]);
});

it("drops the following pages when the new page has no known item", () => {
  expect(shapeOf(withPage(LIST, null, pageOf([14, 13, 12], "12", 14)))).toEqual([[null, "14 13 12", "12"]]);
});

it("keeps new items out of the list, and adds them later", () => {
  const fresh = pageOf([11, 10, 9, 7], "7", 10);
  expect(arrivalsOn(fresh, LIST).map(({ id }) => id)).toEqual([11, 10]);
  const kept = withoutArrivals(LIST, fresh);
  expect(all(kept)).toEqual([9, 7, 6, 5, 4, 3, 2, 1]);
  expect(kept.pages[0]).toMatchObject({ total: 8, outdated: 0 });
  expect(all(withPage(kept, null, fresh))).toEqual([11, 10, 9, 7, 6, 5, 4, 3, 2, 1]);
});

it("keeps the whole list while a page of new items waits", () => {
  const fresh = pageOf([14, 13, 12], "12", 12);
  const kept = withoutArrivals(LIST, fresh);
  expect(all(kept)).toEqual(all(LIST));
  expect(kept.pages.map((page) => page.outdated)).toEqual([0, 1, 1]);
});

it("removes items from their pages and from the total", () => {
  const list = withoutItems(LIST, new Set([8, 1, 77]));
  expect(all(list)).toEqual([9, 7, 6, 5, 4, 3, 2]);
  expect(list.pages.map((page) => page.total)).toEqual([7, null, null]);
});

it("replaces an item in its place and leaves other lists unchanged", () => {
  const list = withItem(LIST, makeContent({ id: 5, title: "a fox" }));
  expect(list.pages[1]?.items[1]).toMatchObject({ id: 5, title: "a fox" });
  expect(list.pages[0]).toBe(LIST.pages[0]);
  expect(withItem(LIST, makeContent({ id: 50 }))).toBe(LIST);
});
