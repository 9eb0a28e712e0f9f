import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("gives all faces of a family the same weights, so that they complete each other", () => {
  const css = readFileSync("src/app/theme/fonts.css", "utf8");
  const weights = new Map<string, Set<string>>();
  for (const [, face = ""] of css.matchAll(/@font-face\s*\{([^}]*)\}/g)) {
    const value = (name: string) => new RegExp(`${name}: ([^;]+);`).exec(face)?.[1] ?? "";
    const family = value("font-family");
    weights.set(family, (weights.get(family) ?? new Set()).add(value("font-weight")));
  }
  expect([...weights.keys()].sort()).toEqual(['"Bricolage Grotesque Variable"', '"Figtree Variable"']);
  for (const [family, found] of weights) expect([family, found.size]).toEqual([family, 1]);
});
