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

describe("groups in parentheses", () => {
  it("takes parentheses without a number as 1.1 each", () => {
    expect(change("a (red) fox", 4, 4, 1)).toBe("a (red:1.2) fox");
    expect(change("a (red) fox", 4, 4, -1)).toBe("a red fox");
    expect(change("((red)) fox", 3, 3, 1)).toBe("(red:1.31) fox");
    expect(change("(red fox)", 2, 2, 1)).toBe("(red fox:1.2)");
    expect(change("(red fox)", 1, 8, 1)).toBe("(red fox:1.2)");
    expect(change("((red:1.2))", 0, 11, 1)).toBe("(red:1.42)");
  });

  it("changes the innermost group around the caret", () => {
    const text = "(a (red:1.3) fox:1.2), (snow:.5)";
    expect(change(text, 5, 5, 1)).toBe("(a (red:1.4) fox:1.2), (snow:.5)");
    expect(change(text, 1, 1, 1)).toBe("(a (red:1.3) fox:1.3), (snow:.5)");
    expect(change(text, 26, 26, 1)).toBe("(a (red:1.3) fox:1.2), (snow:0.6)");
    expect(change("(a fox", 3, 3, 1)).toBe("(a (fox:1.1)");
    expect(change("()", 1, 1, 1)).toBeUndefined();
  });

  it("adds a weight around several groups, and none where a selection cuts one", () => {
    const text = "(a:1.2), (b:1.3)";
    expect(change(text, 0, text.length, -1)).toBe("((a:1.2), (b:1.3):0.9)");
    expect(change(text, 1, 11, 1)).toBeUndefined();
    expect(change("{red|blue} fox", 5, 14, 1)).toBeUndefined();
    expect(change("{red|blue} fox", 2, 2, 1)).toBe("{(red:1.1)|blue} fox");
  });

  it("keeps the name of an embedding whole", () => {
    expect(change("a embedding:ink", 14, 14, 1)).toBe("a (embedding:ink:1.1)");
    expect(change("a embedding:ink", 5, 5, -1)).toBe("a (embedding:ink:0.9)");
    expect(change("(embedding:ink:1.1)", 5, 5, 1)).toBe("(embedding:ink:1.2)");
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
