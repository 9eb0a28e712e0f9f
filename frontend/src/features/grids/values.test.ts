import { describe, expect, it } from "vitest";
import { countValues, hasValue, toggleValue } from "./values";

describe("values of an axis", () => {
  it.each([
    ["", 0],
    [" , ", 0],
    ["3, 5, 7", 3],
    ["1-5", 5],
    ["5-1", 5],
    ["1-5 (+2)", 3],
    ["10-5 (-3)", 2],
    ["0-1 (0.1)", 11],
    ["1-10 [5]", 5],
    ["1-10 (-1)", 0],
    ["1-10 (0)", 0],
    ["euler, dpmpp_2m", 2],
    ['"a cat, asleep", a dog', 2],
    ['a dog, "a cat, asleep"', 2],
    ["a cat\na dog", 2],
    ["832x1216", 1],
  ])("counts %j as %i", (text, count) => {
    expect(countValues(text)).toBe(count);
  });

  it("adds a value and removes it again", () => {
    const added = toggleValue("euler", "one, two");
    expect(added).toBe('euler, "one, two"');
    expect(hasValue(added, "one, two")).toBe(true);
    expect(countValues(added)).toBe(2);
    expect(toggleValue(added, "one, two")).toBe("euler");
  });
});
