/**
 * The tokenizer of T5 v1.1: counts the tokens of a text without their ids.
 *
 * The same as Hugging Face's T5TokenizerFast, which ComfyUI uses (comfy/text_encoders/sd3_clip.py, T5XXLTokenizer):
 * of all ways to cut a word into pieces the one with the highest sum of scores (a unigram model).
 */

const UNKNOWN_PENALTY = 10;
/** Words whose counts are kept; all are dropped when there are more. */
const MOST_KEPT = 10_000;
/** The longest part of a text that is cut at once; T5 has no words as long. */
const LONGEST = 2_000;
const SPACE = "▁";
/** Texts that are a token each, wherever they are; they take the spaces on their left. */
const SPECIAL = /\s*(?:<\/s>|<unk>|<pad>|<extra_id_\d{1,2}>)/;
/** Characters that SentencePiece's rule nmt_nfkc removes, and those that it reads as a space. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: prompts may have them, and the rule names them
const REMOVED = /[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g;
const SPACES = /[\t\n\f\r \u00a0\u1680\u2000-\u200f\u2028\u2029\u202f\u205f\u2581\u3000\ufeff\ufffd]+/g;

export class T5Tokenizer {
  readonly #scores = new Map<string, number>();
  readonly #kept = new Map<string, number>();
  #longest = 1;
  #unknown = 0;

  /** Read the table that scripts/t5-pieces.mjs writes. */
  constructor(table: ArrayBuffer) {
    const view = new DataView(table);
    const bytes = new Uint8Array(table);
    const decoder = new TextDecoder();
    const count = view.getUint32(0, true);
    const piece = new Uint8Array(256);
    let at = 4 + 4 * count;
    for (let place = 0; place < count; place += 1) {
      const [same = 0, more = 0] = bytes.subarray(at, at + 2);
      piece.set(bytes.subarray(at + 2, at + 2 + more), same);
      at += 2 + more;
      const text = decoder.decode(piece.subarray(0, same + more));
      const score = view.getFloat32(4 + 4 * place, true);
      this.#scores.set(text, score);
      this.#longest = Math.max(this.#longest, text.length);
      this.#unknown = Math.min(this.#unknown, score);
    }
    this.#unknown -= UNKNOWN_PENALTY;
  }

  /** Return the number of tokens of a text, without the one that ends it. */
  count(text: string): number {
    const parts = text.split(SPECIAL);
    return parts.reduce((sum, part) => sum + this.#countOfPart(part), parts.length - 1);
  }

  #countOfPart(text: string): number {
    const normal = text.replace(REMOVED, "").replace(SPACES, " ").normalize("NFKC").trimEnd();
    const words = normal.replace(/^ /, "").split(/ +/);
    return normal === "" ? 0 : words.reduce((sum, word) => sum + this.#countOfWord(SPACE + word), 0);
  }

  #countOfWord(word: string): number {
    const known = this.#kept.get(word);
    if (known !== undefined) return known;
    let count = 0;
    for (let at = 0; at < word.length; at += LONGEST) count += this.#cut(word.slice(at, at + LONGEST));
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(word, count);
    return count;
  }

  /** Return the number of pieces of the best cut. Unknown characters that follow each other are one token. */
  #cut(word: string): number {
    const best = new Float64Array(word.length + 1).fill(Number.NEGATIVE_INFINITY);
    const tokens = new Uint32Array(word.length + 1);
    const isUnknown = new Uint8Array(word.length + 1);
    best[0] = 0;
    for (let start = 0; start < word.length; start += widthAt(word, start)) {
      const before = best[start] ?? 0;
      const reach = (end: number, score: number, unknown: 0 | 1) => {
        if (before + score <= (best[end] ?? 0)) return;
        best[end] = before + score;
        tokens[end] = (tokens[start] ?? 0) + (unknown === 1 && isUnknown[start] === 1 ? 0 : 1);
        isUnknown[end] = unknown;
      };
      const one = start + widthAt(word, start);
      for (let end = one; end <= Math.min(word.length, start + this.#longest); end += widthAt(word, end)) {
        const score = this.#scores.get(word.slice(start, end));
        if (score !== undefined) reach(end, score, 0);
      }
      if (!this.#scores.has(word.slice(start, one))) reach(one, this.#unknown, 1);
    }
    return tokens[word.length] ?? 0;
  }
}

/** Return the length of the character at a place: 2 for those beyond U+FFFF. */
const widthAt = (text: string, at: number): number => ((text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1);
