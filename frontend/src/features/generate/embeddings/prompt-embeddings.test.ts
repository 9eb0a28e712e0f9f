import { describe, expect, it } from "vitest";
import { embeddingsIn, withEmbedding, withoutEmbedding, withWeight } from "./prompt-embeddings";

const plain = (...names: string[]) => names.map((name) => ({ name, weight: 1 }));

describe("embeddings of a prompt", () => {
  it.each([
    ["a lighthouse", []],
    ["embedding:ink, a cat embedding:fog", plain("ink", "fog")],
    ["a cat\n(embedding:ink:1.25), rain", [{ name: "ink", weight: 1.25 }]],
    ["(embedding:ink) (a cat:0.8)", plain("ink")],
    [String.raw`embedding:ink\(v2\)`, plain("ink(v2)")],
    ["my-embedding:ink a,embedding:fog embedding:,", []],
  ])("are read from %j", (text, expected) => {
    expect(embeddingsIn(text)).toEqual(expected);
  });

  it("are added at the end, with their weight", () => {
    expect(withEmbedding("", { name: "ink", weight: 1 })).toBe("embedding:ink");
    expect(withEmbedding("a cat, ", { name: "ink(v2)", weight: 0.8 })).toBe(
      String.raw`a cat, (embedding:ink\(v2\):0.8)`,
    );
  });

  it("take another weight where they are", () => {
    const text = "embedding:ink, a cat, (embedding:fog:0.5)";
    expect(withWeight(text, "ink", 1.2)).toBe("(embedding:ink:1.2), a cat, (embedding:fog:0.5)");
    expect(withWeight(text, "fog", 1)).toBe("embedding:ink, a cat, embedding:fog");
  });

  it("are removed with their comma", () => {
    expect(withoutEmbedding("embedding:ink", "ink")).toBe("");
    expect(withoutEmbedding("a cat, (embedding:ink:1.2), rain", "ink")).toBe("a cat, rain");
    expect(withoutEmbedding("embedding:ink, a cat\nembedding:ink", "ink")).toBe("a cat\n");
    expect(withoutEmbedding("a cat, embedding:inkwash", "ink")).toBe("a cat, embedding:inkwash");
  });
});
