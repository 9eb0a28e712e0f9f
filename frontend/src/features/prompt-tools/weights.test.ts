import { describe, expect, it } from "vitest";
import { changeWeight } from "./weights";

const change = (text: string, from: number, to: number, direction: 1 | -1) =>
  changeWeight(text, from, to, direction)?.text;

describe("weights of words", () => {
  it("changes the word at the caret", () => {
    expect(change("a red fox", 4, 4, 1)).toBe("a (red:1.1) fox");
    expect(change("a red fox", 9, 9, -1)).toBe("a red (fox:0.9)");
    expect(change("", 0, 0, 1)).toBeUndefined();
    expect(change("a  b", 2, 2, 1)).toBeUndefined();
  });

  it("changes a weight that is there, and removes it at 1", () => {
    expect(change("a (red:1.1) fox", 4, 4, 1)).toBe("a (red:1.2) fox");
    expect(change("a (red fox:1.1)", 5, 5, -1)).toBe("a red fox");
    expect(change("(x:5)", 1, 1, 1)).toBe("(x:5)");
  });

  it("changes the selection and keeps it selected", () => {
    expect(change("a red fox ", 2, 10, 1)).toBe("a (red fox:1.1) ");
    const once = changeWeight("a red fox", 2, 9, 1);
    expect(once).toEqual({ text: "a (red fox:1.1)", start: 2, end: 15 });
    expect(change("a (red fox:1.1)", 2, 15, 1)).toBe("a (red fox:1.2)");
    expect(change("a (red fox:1.1)", 3, 10, 1)).toBe("a (red fox:1.2)");
  });
});
