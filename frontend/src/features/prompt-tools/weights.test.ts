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

describe("tags and escaped parentheses", () => {
  it("changes the strength of a tag, not its name", () => {
    const text = "a fox <lora:ink7:0.7> snow";
    const edited = changeWeight(text, text.indexOf("ink"), text.indexOf("ink"), 1);
    expect(edited?.text).toBe("a fox <lora:ink7:0.8> snow");
    expect(edited?.text.slice(edited.start, edited.end)).toBe("0.8");
    expect(changeWeight("<lora:0.5:0.5:0.9>", 3, 8, -1)?.text).toBe("<lora:0.5:0.4:0.9>");
    expect(changeWeight(text, text.length, text.length, 1)?.text).toBe("a fox <lora:ink7:0.7> (snow:1.1)");
  });

  it("keeps escaped parentheses together with their word", () => {
    const text = String.raw`miku \(vocaloid\), smile`;
    const edited = changeWeight(text, 9, 9, 1);
    expect(edited?.text).toBe(String.raw`miku (\(vocaloid\):1.1), smile`);
    expect(changeWeight(edited?.text ?? "", 9, 9, 1)?.text).toBe(String.raw`miku (\(vocaloid\):1.2), smile`);
  });
});
