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

/** The module as a page finds it that was loaded in this way. */
async function loaded(type: "reload" | "navigate") {
  vi.resetModules();
  vi.spyOn(performance, "getEntriesByType").mockReturnValue([{ type } as PerformanceNavigationTiming]);
  return import("./list-skeleton");
}

beforeEach(() => sessionStorage.clear());

it("gives back after a reload, once, what the list looked like", async () => {
  (await loaded("navigate")).storeSkeleton(LIST, PAGES);
  const { takeSkeleton, isSkeleton } = await loaded("reload");
  const kept = takeSkeleton(LIST);
  expect(kept).toEqual({
    pages: [
      { items: [{ id: 9, width: 512, height: 768 }], next_cursor: "two", total: 2, outdated: 1 },
      { items: [{ id: 8, width: 640, height: 480 }], next_cursor: null, total: null, outdated: 1 },
    ],
    pageParams: [null, "two"],
  });
  expect(kept?.pages.flatMap(({ items }) => items).every(isSkeleton)).toBe(true);
  expect(takeSkeleton(LIST)).toBeUndefined();
});

it("gives nothing to another list, nor to a new visit", async () => {
  (await loaded("navigate")).storeSkeleton(LIST, PAGES);
  expect((await loaded("reload")).takeSkeleton({ ...LIST, sort: "oldest" })).toBeUndefined();
  expect((await loaded("navigate")).takeSkeleton(LIST)).toBeUndefined();
});

it.each(["", "{", "[]", "7", '{"list":1}'])("takes %o for nothing", async (text) => {
  sessionStorage.setItem("genonaut:gallery", text);
  expect((await loaded("reload")).takeSkeleton(LIST)).toBeUndefined();
});
