import { describe, expect, it } from "vitest";
import { fromFirstMatch, matchingParts } from "./matching-words";

const marked = (text: string, search: string) =>
  matchingParts(text, search)
    .map((part) => (part.isMatch ? `[${part.text}]` : part.text))
    .join("");

describe("words that match a search", () => {
  it.each([
    ["A castle by the river", "cast riv", "A [cast]le by the [riv]er"],
    ["A castle by the river", "RIVER, castle", "A [castle] by the [river]"],
    ["Café, cafe\u0301", "cafe", "[Café], [café]"],
    ["recast, scattered", "cast cat", "recast, scattered"],
    ["a fox", "", "a fox"],
    ["castles", "cast castle", "[castle]s"],
    ["(fox:1.2) 🦊", "fox 🦊", "([fox]:1.2) 🦊"],
  ])("are found in %j for %j", (text, search, expected) => {
    expect(marked(text, search)).toBe(expected);
  });

  it("are shown from shortly before the first one", () => {
    const text = "masterpiece, best quality, an old and very quiet harbour at dusk, a lighthouse";
    const shown = (search: string) =>
      fromFirstMatch(matchingParts(text, search))
        .map((part) => part.text)
        .join("");
    expect(shown("light")).toBe("… harbour at dusk, a lighthouse");
    expect(shown("best")).toBe(text);
    expect(shown("nothing")).toBe(text);
  });
});
