import { expect, it } from "vitest";
import { styled } from "./styles";

it("layers styles in their order", () => {
  expect(styled("a fox", ["{prompt}, oil painting", "", "soft light"])).toBe(
    "a fox, oil painting, soft light",
  );
  expect(styled("", ["soft light"])).toBe("soft light");
  expect(styled("costs $& much", ["ink of {prompt}"])).toBe("ink of costs $& much");
});
