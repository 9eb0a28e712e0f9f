import { expect, it } from "vitest";
import { fuzzyScore, ranked } from "./fuzzy";

const names = (query: string, ...entries: string[]) => ranked(query, entries, (entry) => entry);

it("finds texts by letters that are left out, the best match first", () => {
  expect(names("gal", "Legal notes", "Gallery", "Dashboard")).toEqual(["Gallery", "Legal notes"]);
  expect(names("st", "Switch theme", "Settings", "Last images")).toEqual([
    "Switch theme",
    "Last images",
    "Settings",
  ]);
  expect(names("swth", "Settings", "Switch theme")).toEqual(["Switch theme"]);
});

it("needs every word, in any order", () => {
  expect(names("theme switch", "Switch theme", "Theme")).toEqual(["Switch theme"]);
  expect(fuzzyScore("fox whale", "a red fox")).toBeNull();
});

it("keeps all entries in their order without a query", () => {
  expect(names(" ", "b", "a")).toEqual(["b", "a"]);
});
