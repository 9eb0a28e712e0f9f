import { describe, expect, it } from "vitest";
import { countValues, hasValue, textOf, toggleValue } from "./values";

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
    ["1-10[5]", 5],
    ["1..5", 5],
    ["0.1..0.9 (0.2)", 5],
    ["0.1..0.9 step 0.4", 3],
    ["0.1-0.9", 9],
    ["0.9-0.1", 9],
    ["1.5-3.5", 3],
    ["5-5", 1],
    ["1, 2, .., 10", 10],
    ["1, 3, .., 9, 20", 6],
    ["10, 8, ..., 3", 5],
    ["1, 2, ..", 0],
    ["1, .., 5", 0],
    ["1, 2, .., 0", 0],
    ['cat, ""', 2],
    ['"1-5"', 1],
    ["a cat, red || a dog", 2],
    ["a {red||blue} cat, a dog", 2],
    ['"two\nlines", one', 2],
  ])("counts %j as %i", (text, count) => {
    expect(countValues(text)).toBe(count);
  });

  it("counts texts that look like ranges as one value, and all orders of parts", () => {
    expect(countValues("1-5, 7", "text")).toBe(2);
    expect(countValues("wet, old, dog", "order")).toBe(6);
    expect(countValues("", "order")).toBe(0);
  });

  it("joins values so that they are read again", () => {
    const text = textOf(["euler", "one, two", 'a 12" ruler', "a || b", ""]);
    expect(text).toBe('euler, "one, two", "a 12"" ruler", "a || b", ""');
    expect(countValues(text, "text")).toBe(5);
    expect(toggleValue("a, b || c", "d")).toBe('"a, b", c, d');
  });

  it("adds a value and removes it again", () => {
    const added = toggleValue("euler", "one, two");
    expect(added).toBe('euler, "one, two"');
    expect(hasValue(added, "one, two")).toBe(true);
    expect(countValues(added)).toBe(2);
    expect(toggleValue(added, "one, two")).toBe("euler");
  });
});
