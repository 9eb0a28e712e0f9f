import { describe, expect, it } from "vitest";
import { bracketProblem, estimateTokens, frequentWords, wordBefore } from "./checks";

describe("checks of a prompt", () => {
  it.each([
    ["a (red:1.1) fox", null],
    ["a (red", "“(” at character 3 is not closed"],
    ["a red)", "“)” at character 6 closes nothing"],
    ["(a]", "“]” at character 3 closes nothing"],
    [String.raw`a \(smile`, null],
  ])("finds brackets that do not match in %j", (text, problem) => {
    expect(bracketProblem(text, false)).toBe(problem);
  });

  it("counts braces only where they have a meaning", () => {
    expect(bracketProblem("{a|b", false)).toBeNull();
    expect(bracketProblem("{a|b", true)).toBe("“{” at character 1 is not closed");
  });

  it("estimates tokens", () => {
    expect(estimateTokens("")).toBe(0);
    expect(estimateTokens("a red fox, at dusk")).toBe(6);
    expect(estimateTokens("(fox:1.2)")).toBe(1);
    expect(estimateTokens("extraordinarily")).toBe(3);
    expect(estimateTokens("снегопад")).toBe(3);
    expect(estimateTokens("一只猫在屋顶上走")).toBe(6);
  });

  it("finds the word at the caret and the frequent words", () => {
    expect(wordBefore("a red fo", 8)).toEqual({ word: "fo", start: 6 });
    expect(wordBefore("a red ", 6)).toEqual({ word: "", start: 6 });
    expect(frequentWords(["a fox, soft light", "soft light, (a hen:1.2)"])[0]).toBe("soft light");
  });
});
