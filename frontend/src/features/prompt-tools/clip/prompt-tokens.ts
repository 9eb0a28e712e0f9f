/**
 * The tokens and chunks of a prompt as ComfyUI encodes it for CLIP.
 *
 * Source: ComfyUI 0.3.64, comfy/sd1_clip.py (token_weights, SDTokenizer.tokenize_with_weights).
 */
import type { ClipTokenizer } from "./tokenizer";

/** Tokens of a chunk, beside the one that begins and the one that ends it. */
export const CHUNK = 75;
/** Shorter groups of tokens are not split over two chunks (max_word_length). */
const SPLIT_FROM = 8;
const EMBEDDING = "embedding:";
/** Groups inside each other; ComfyUI fails at about twice as many. */
const MAX_DEPTH = 500;
/** What Python's float() reads behind the last colon of a group. */
const WEIGHT = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|inf(?:inity)?|nan)\s*$/i;
/** Escaped parentheses are kept from the search for groups. They begin with a character that prompts cannot have. */
const ESCAPED: readonly (readonly [escaped: string, kept: string, bracket: string])[] = [
  [String.raw`\)`, "\0\x01", ")"],
  [String.raw`\(`, "\0\x02", "("],
];

export interface TokenCount {
  readonly tokens: number;
  readonly chunks: number;
  /** False if the prompt names embeddings: their number of vectors is not known, each counts as one. */
  readonly isExact: boolean;
}

/** Count the tokens of a prompt and the chunks in which CLIP reads them. */
export function countPrompt(tokenizer: ClipTokenizer, prompt: string): TokenCount {
  const escaped = ESCAPED.reduce((text, [from, to]) => text.replaceAll(from, to), prompt);
  const groups: number[] = [];
  let isExact = true;
  for (const segment of segmentsOf(escaped)) {
    const text = ESCAPED.reduce((kept, [, from, to]) => kept.replaceAll(from, to), segment);
    for (const part of text.split(/[ \n](?=embedding:)/)) {
      if (part.startsWith(EMBEDDING)) {
        const rest = behindName(part.slice(EMBEDDING.length));
        if (rest === null) continue;
        isExact = false;
        groups.push(1, tokenizer.count(rest));
      } else groups.push(tokenizer.count(part));
    }
  }
  const tokens = groups.reduce((sum, count) => sum + count, 0);
  return { tokens, chunks: chunksOf(groups), isExact };
}

/** Return what follows the name of an embedding; null without a name. Commas behind the name are text. */
function behindName(text: string): string | null {
  const [name = "", ...rest] = text.trim().split(/\s+/);
  if (name === "") return null;
  const commas = name.length - name.replace(/,+$/, "").length;
  return [",".repeat(commas), ...rest].join(" ");
}

/** Return the texts of the groups in parentheses and between them, without parentheses and weights. */
function segmentsOf(text: string, depth = 0): string[] {
  if (depth === MAX_DEPTH) return [text];
  return outermost(text).flatMap((item) => {
    if (item.length < 2 || !item.startsWith("(") || !item.endsWith(")")) return [item];
    const inner = item.slice(1, -1);
    const colon = inner.lastIndexOf(":");
    return segmentsOf(
      colon > 0 && WEIGHT.test(inner.slice(colon + 1)) ? inner.slice(0, colon) : inner,
      depth + 1,
    );
  });
}

/** Split a text before and behind each outermost group. */
function outermost(text: string): string[] {
  const items: string[] = [];
  let [start, depth] = [0, 0];
  const cut = (end: number) => {
    if (end > start) items.push(text.slice(start, end));
    start = end;
  };
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === "(") {
      if (depth === 0) cut(at);
      depth += 1;
    } else if (text[at] === ")") {
      depth -= 1;
      if (depth === 0) cut(at + 1);
    }
  }
  cut(text.length);
  return items;
}

/** Fill chunks with groups of tokens; a short group that does not fit begins the next chunk. */
function chunksOf(groups: readonly number[]): number {
  let [chunks, used] = [1, 0];
  for (const group of groups) {
    let rest = group;
    while (used + rest > CHUNK) {
      if (group >= SPLIT_FROM) rest -= CHUNK - used;
      chunks += 1;
      used = 0;
    }
    used += rest;
  }
  return chunks;
}
