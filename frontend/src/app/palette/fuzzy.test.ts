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

it("finds entries of a place by the beginnings of their words only", () => {
  const entries = [
    { text: "Generate: CFG", words: "cfg guidance scale", place: "generate" },
    { text: "Generate: width", words: "width size resolution", place: "generate" },
    { text: "Gallery" },
    { text: "Settings: appearance", words: "theme dark" },
  ];
  const found = (query: string) =>
    ranked(
      query,
      entries,
      ({ text }) => text,
      (one) => one,
    ).map(({ text }) => text);
  expect(found("guid")).toEqual(["Generate: CFG"]);
  expect(found("generate: cfg")).toEqual(["Generate: CFG"]);
  expect(found("resolution")).toEqual(["Generate: width"]);
  expect(found("dark")).toEqual(["Settings: appearance"]);
  expect(found("generate")).toEqual([]);
});
