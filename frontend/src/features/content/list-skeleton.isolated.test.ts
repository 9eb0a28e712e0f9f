import { beforeEach, expect, it, vi } from "vitest";
import { makeContent } from "@/testing/builders";

const LIST = { scope: "mine", sort: "newest" };
const PAGES = {
  pages: [
    { items: [makeContent({ id: 9, width: 512, height: 768 })], next_cursor: "two", total: 2, outdated: 0 },
    { items: [makeContent({ id: 8, width: 640, height: 480 })], next_cursor: null, total: null, outdated: 0 },
  ],
  pageParams: [null, "two"],
};

/** Import the module as after a navigation of this type. */
async function importAfter(type: "reload" | "navigate") {
  vi.resetModules();
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type } as PerformanceNavigationTiming]);
  return import("./list-skeleton");
}

beforeEach(() => sessionStorage.clear());

it("returns the skeleton of a list once after a reload", async () => {
  (await importAfter("navigate")).storeSkeleton(LIST, PAGES);
  const { takeSkeleton, isSkeleton } = await importAfter("reload");
  const skeleton = takeSkeleton(LIST);
  expect(skeleton).toEqual({
    pages: [
      { items: [{ id: 9, width: 512, height: 768 }], next_cursor: "two", total: 2, outdated: 1 },
      { items: [{ id: 8, width: 640, height: 480 }], next_cursor: null, total: null, outdated: 1 },
    ],
    pageParams: [null, "two"],
  });
  expect(skeleton?.pages.flatMap(({ items }) => items).every(isSkeleton)).toBe(true);
  expect(takeSkeleton(LIST)).toBeUndefined();
});

it("returns nothing for another list or after a new navigation", async () => {
  (await importAfter("navigate")).storeSkeleton(LIST, PAGES);
  expect((await importAfter("reload")).takeSkeleton({ ...LIST, sort: "oldest" })).toBeUndefined();
  expect((await importAfter("navigate")).takeSkeleton(LIST)).toBeUndefined();
});

it.each(["", "{", "[]", "7", '{"list":1}'])("ignores the stored value %o", async (text) => {
  sessionStorage.setItem("genonaut:gallery", text);
  expect((await importAfter("reload")).takeSkeleton(LIST)).toBeUndefined();
});
