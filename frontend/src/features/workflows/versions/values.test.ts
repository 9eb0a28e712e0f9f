import { expect, it } from "vitest";
import { valueText } from "./values";

it("says what a link means", () => {
  expect(valueText(["4", 1])).toBe("output 1 of node 4");
  expect(valueText(["4", "5"])).toBe('["4","5"]');
});

it("tells nothing from zero and false", () => {
  expect(["", null, 0, false, "a fox"].map(valueText)).toEqual(["empty", "empty", "0", "no", "a fox"]);
});
