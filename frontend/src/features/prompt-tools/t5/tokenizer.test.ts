import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countPrompt } from "../clip/prompt-tokens";
import { T5Tokenizer } from "./tokenizer";

const tokenizer = new T5Tokenizer(
  Uint8Array.from(readFileSync("src/features/prompt-tools/t5/pieces.bin")).buffer,
);

/** Texts and tokens: Hugging Face's tokenizers with tokenizer.json of T5, without the token that ends a text. */
const COUNTED: readonly (readonly [text: string, tokens: number])[] = [
  ["", 0],
  ["a red fox, at dusk", 10],
  ["A RED FOX", 5],
  ["  a   red\n\tfox  ", 5],
  ["a photo of a cat", 7],
  ["photorealistic lighthouse, long exposure", 8],
  ["masterpiece, best quality, 8k, ultra-detailed", 13],
  ["it's a dog's life, they're here, don't, WE'LL", 22],
  ["can\u2019t", 3],
  ["1234 3.14 1920x1080", 8],
  ["\u00bd \u00b2 \u2167 \u0661\u0662\u0663", 7],
  ["!!! ... -- ?!", 7],
  ["a,b;c:d", 8],
  ["best_quality #tag @artist", 8],
  ["https://example.com/a?b=c", 13],
  ["\ud83e\udd8a", 2],
  ["\ud83e\udd8a\ud83e\udd8a fox", 4],
  ["\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67", 6],
  ["\u2764\ufe0f", 2],
  ["\u4e00\u53ea\u732b\u5728\u5c4b\u9876\u4e0a", 2],
  ["\u6771\u4eac\u30bf\u30ef\u30fc\u3001\u591c", 2],
  ["\uace0\uc591\uc774", 2],
  ["caf\u00e9 na\u00efve \u00c5ngstr\u00f6m", 10],
  ["cafe\u0301", 1],
  ["Stra\u00dfe \u039f\u0394\u039f\u03a3 \u0130stanbul", 9],
  ["\u043f\u0440\u0438\u0432\u0435\u0442 \u043c\u0438\u0440", 8],
  ["\u0928\u092e\u0938\u094d\u0924\u0947", 2],
  ["\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", 2],
  ["\u0645\u0631\u062d\u0628\u0627", 2],
  ["a\u00a0b\u3000c", 6],
  ["<|endoftext|>", 8],
  ["\ufb01ne", 1],
  ["antidisestablishmentarianism", 9],
  ["extraordinarily", 2],
  ["xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 21],
  [
    "\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b\u732b",
    2,
  ],
  [
    "supercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilisticsupercalifragilistic",
    100,
  ],
  ["[a|b] {c} <lora:x:1>", 18],
  ["a </s> b<extra_id_1> c", 8],
  ["a\u200bb\u00adc", 6],
  ["zero\u0007bell", 2],
  ["tab\tin\rtext", 3],
  ["\uff41\uff42\uff43\uff11\uff12\uff13", 3],
  ["\u2122\u00a9\u00ae", 4],
  ["\u201eAnf\u00fchrung\u201c \u2014 \u2013", 9],
  ["a\u0000b", 4],
  ["\u2026", 2],
  ["\u00b4`^~", 2],
  [
    "A weathered fisherman repairs a net on a stone pier at dawn; behind him, gulls circle above small wooden boats, while soft golden light spreads over calm water. Shot on 35mm film, shallow depth of field.",
    54,
  ],
];

describe("tokens of a prompt for T5", () => {
  it.each(COUNTED)("counts %j", (text, tokens) => {
    expect(tokenizer.count(text)).toBe(tokens);
  });

  it("counts groups one by one, as ComfyUI does", () => {
    const count = (prompt: string) => countPrompt(tokenizer, prompt).tokens;
    expect(count("a (red fox:1.2), at dusk")).toBe(11);
    expect(count("(a red fox:1.2)")).toBe(tokenizer.count("a red fox"));
  });
});
