import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countPrompt } from "./prompt-tokens";
import { describeCounts } from "./token-words";
import { ClipTokenizer } from "./tokenizer";

const merges = Uint8Array.from(readFileSync("src/features/prompt-tools/clip/merges.bin")).buffer;
const tokenizer = new ClipTokenizer(merges);

/** Prompts, tokens and chunks: SDTokenizer of ComfyUI 0.3.64 with transformers 5.24 and an embedding of one vector. */
const COUNTED: readonly (readonly [prompt: string, tokens: number, chunks: number])[] = [
  ["", 0, 1],
  ["a red fox, at dusk", 6, 1],
  ["A RED FOX", 3, 1],
  ["  a   red\n\tfox  ", 3, 1],
  ["a photo of a cat", 5, 1],
  ["photorealistic lighthouse, long exposure", 6, 1],
  ["masterpiece, best quality, 8k, ultra-detailed", 11, 1],
  ["it's a dog's life, they're here, don't, WE'LL, I'd, I've, I'm", 25, 1],
  ["can’t", 4, 1],
  ["1234 3.14 1920x1080", 17, 1],
  ["½ ² Ⅷ ١٢٣", 11, 1],
  ["!!! ... -- ?!", 4, 1],
  ["a,b;c:d", 7, 1],
  ["best_quality #tag @artist", 7, 1],
  ["https://example.com/a?b=c", 11, 1],
  ["🦊", 2, 1],
  ["🦊🦊 fox", 5, 1],
  ["👩\u200d👩\u200d👧", 4, 1],
  ["👍🏽", 1, 1],
  ["❤\ufe0f", 1, 1],
  ["一只猫在屋顶上", 16, 1],
  ["東京タワー、夜", 10, 1],
  ["고양이", 5, 1],
  ["café naïve Ångström", 9, 1],
  ["cafe\u0301", 1, 1],
  ["Straße ΟΔΟΣ İstanbul", 15, 1],
  ["привет мир", 11, 1],
  ["नमस्ते", 7, 1],
  ["สวัสดี", 6, 1],
  ["مرحبا", 5, 1],
  ["a\u00a0b\u3000c", 3, 1],
  ["<|endoftext|>", 1, 1],
  ["\ufb01ne", 4, 1],
  ["antidisestablishmentarianism", 6, 1],
  ["extraordinarily", 2, 1],
  ["x".repeat(40), 10, 1],
  ["猫".repeat(100), 300, 4],
  ["supercalifragilistic".repeat(20), 100, 2],
  ["(a fox:1.2)", 2, 1],
  ["(a (red:1.3) fox)", 3, 1],
  ["((deep)) [shallow]", 4, 1],
  ["(fox:abc)", 3, 1],
  ["(:1.2)", 4, 1],
  ["(fox:1.2", 6, 1],
  ["fox:1.2)", 6, 1],
  ["foo(bar)baz", 3, 1],
  [String.raw`a \(smile\) fox`, 5, 1],
  [String.raw`(a \(fox\):1.2)`, 4, 1],
  ["()", 0, 1],
  ["embedding:ink", 1, 1],
  ["a fox, embedding:ink, at dusk", 7, 1],
  ["(embedding:ink:1.2) fox", 2, 1],
  ["a embedding:ink embedding:ink", 3, 1],
  ["a, ".repeat(37), 74, 1],
  ["a ".repeat(75), 75, 1],
  ["a ".repeat(76), 76, 2],
  ["a ".repeat(150), 150, 2],
  ["a ".repeat(151), 151, 3],
  [`${"a ".repeat(73)}(blue sky over:1.2)`, 76, 2],
  [`${"a ".repeat(73)}(blue sky over the quiet hills at dawn:1.2)`, 81, 2],
  ["(blue sky:1.1) ".repeat(40), 80, 2],
];

describe("tokens of a prompt for CLIP", () => {
  it.each(COUNTED)("counts %j as ComfyUI does", (prompt, tokens, chunks) => {
    expect(countPrompt(tokenizer, prompt)).toMatchObject({ tokens, chunks });
  });

  it("is exact unless the prompt names embeddings of unknown length", () => {
    expect(countPrompt(tokenizer, "a (red:1.2) fox").isExact).toBe(true);
    expect(countPrompt(tokenizer, "a fox, (embedding:ink:0.8)").isExact).toBe(false);
    expect(countPrompt(tokenizer, "my embedding:").isExact).toBe(true);
  });

  it("counts the vectors of embeddings, which are split over chunks like long words", () => {
    const lengths = [
      { file: "old/ink.pt", vectors: 7, isExact: true },
      { file: "fog.safetensors", vectors: 75, isExact: true },
      { file: "rain.pt", vectors: 4, isExact: false },
    ];
    const count = (prompt: string) => countPrompt(tokenizer, prompt, lengths);
    expect(count("a fox, (embedding:ink:1.2), at dusk")).toEqual({ tokens: 13, chunks: 1, isExact: true });
    expect(count("a fox embedding:fog")).toEqual({ tokens: 77, chunks: 2, isExact: true });
    // A group of seven is not split: 70 tokens, then a chunk of its own.
    expect(count(`${"a ".repeat(70)} embedding:ink`)).toEqual({ tokens: 77, chunks: 2, isExact: true });
    expect(count("embedding:rain.pt")).toEqual({ tokens: 4, chunks: 1, isExact: false });
    expect(count("embedding:snow").isExact).toBe(false);
  });

  it("reads prompts of many brackets and of one long word", () => {
    expect(countPrompt(tokenizer, `${"(".repeat(400)}a${")".repeat(400)}`).tokens).toBe(1);
    expect(countPrompt(tokenizer, `${"(".repeat(5_000)}a`).tokens).toBeGreaterThan(1_000);
    expect(countPrompt(tokenizer, "ab".repeat(5_000)).tokens).toBeGreaterThan(1_000);
  });
});

const count = (tokens: number, chunks: number, isExact = true) => ({ tokens, chunks, isExact });

describe("counts in words", () => {
  it.each([
    ["62 / 75", [count(62, 1)]],
    ["about 62 / 75", [count(62, 1, false)]],
    ["92 tokens, 2 chunks", [count(92, 2)]],
    ["58 to 64 / 75", [count(64, 1), count(58, 1)]],
    ["70 to 80 tokens, 1 to 2 chunks", [count(70, 1), count(80, 2)]],
  ])("says %s", (words, counts) => {
    expect(describeCounts(counts)).toBe(words);
  });
});
