/**
 * The tokens and chunks of a prompt as ComfyUI encodes it for CLIP.
 *
 * Source: ComfyUI 0.3.64, comfy/sd1_clip.py (token_weights, SDTokenizer.tokenize_with_weights).
 */
import { type EmbeddingLength, fileOfName } from "@/features/models/embedding-names";

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

/** Counts the tokens of a text without groups and embeddings. */
export interface Tokenizer {
  readonly count: (text: string) => number;
}

export interface TokenCount {
  readonly tokens: number;
  readonly chunks: number;
  /** False if the prompt names embeddings whose number of vectors is not known. */
  readonly isExact: boolean;
}

/**
 * Count the tokens of a prompt and the chunks in which CLIP reads them. Other encoders have groups too, but no chunks.
 *
 * An embedding takes the place of as many tokens as it has vectors. Of those that are not in `embeddings`, each
 * counts as one; null: the list is not known.
 */
export function countPrompt(
  tokenizer: Tokenizer,
  prompt: string,
  embeddings: readonly EmbeddingLength[] | null = null,
): TokenCount {
  const escaped = ESCAPED.reduce((text, [from, to]) => text.replaceAll(from, to), prompt);
  const groups: number[] = [];
  let isExact = true;
  for (const segment of segmentsOf(escaped)) {
    const text = ESCAPED.reduce((kept, [, from, to]) => kept.replaceAll(from, to), segment);
    for (const part of text.split(/[ \n](?=embedding:)/)) {
      if (part.startsWith(EMBEDDING)) {
        const named = nameAndRest(part.slice(EMBEDDING.length));
        if (named === null) continue;
        const found = lengthOf(named.name, embeddings ?? []);
        isExact &&= found.isExact;
        groups.push(found.vectors, tokenizer.count(named.rest));
      } else groups.push(tokenizer.count(part));
    }
  }
  const tokens = groups.reduce((sum, count) => sum + count, 0);
  return { tokens, chunks: chunksOf(groups), isExact };
}

function lengthOf(name: string, embeddings: readonly EmbeddingLength[]): EmbeddingLength {
  const file = fileOfName(
    name,
    embeddings.map((one) => one.file),
  );
  return embeddings.find((one) => one.file === file) ?? { file: name, vectors: 1, isExact: false };
}

interface Named {
  readonly name: string;
  readonly rest: string;
}

/** Return the name of an embedding and what follows it; null without a name. Commas behind it are text. */
function nameAndRest(text: string): Named | null {
  const [word = "", ...rest] = text.trim().split(/\s+/);
  if (word === "") return null;
  const name = word.replace(/,+$/, "");
  return { name, rest: [",".repeat(word.length - name.length), ...rest].join(" ") };
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
