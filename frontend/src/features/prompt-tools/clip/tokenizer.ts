/**
 * CLIP's tokenizer: counts the tokens of a text without their ids.
 *
 * The same as transformers' CLIPTokenizer (5.24: tokenization_clip.py), which ComfyUI uses.
 */

const BYTES = 256;
const BYTES_OF_MERGE = 4;
const NO_MERGE = 0x7fffffff;
/** Words whose counts are kept; all are dropped when there are more. */
const MOST_KEPT = 10_000;

/** Texts that are a token each, wherever they are. */
const SPECIAL = /<\|(?:startoftext|endoftext)\|>/;
const WORD = /'(?:s|t|re|ve|m|ll|d)|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu;

/** Return the text as the tokenizer reads it. A capital sigma becomes the same letter at every place. */
const normalized = (text: string): string => text.normalize("NFC").replaceAll("Σ", "σ").toLowerCase();

export class ClipTokenizer {
  /** The place of a merge by its two tokens. */
  readonly #places = new Map<number, number>();
  readonly #kept = new Map<string, number>();
  readonly #encoder = new TextEncoder();

  /** Read the table that scripts/clip-merges.mjs writes. */
  constructor(merges: ArrayBuffer) {
    const view = new DataView(merges);
    for (let at = 0; at < merges.byteLength; at += BYTES_OF_MERGE)
      this.#places.set(keyOf(view.getUint16(at, true), view.getUint16(at + 2, true)), at / BYTES_OF_MERGE);
  }

  /** Return the number of tokens of a text, without those that begin and end a chunk. */
  count(text: string): number {
    const parts = text.split(SPECIAL);
    let sum = parts.length - 1;
    for (const part of parts)
      for (const [word] of normalized(part).matchAll(WORD)) sum += this.#countOfWord(word);
    return sum;
  }

  #countOfWord(word: string): number {
    const known = this.#kept.get(word);
    if (known !== undefined) return known;
    const count = this.#merged(this.#encoder.encode(word));
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear();
    this.#kept.set(word, count);
    return count;
  }

  /** Join tokens in the order of the table until no merge fits; return how many are left. */
  #merged(bytes: Uint8Array): number {
    let count = bytes.length;
    const tokens = Uint16Array.from(bytes, (byte, at) => (at === count - 1 ? byte + BYTES : byte));
    const placeAt = (at: number): number =>
      (at < 0 || at + 1 >= count
        ? undefined
        : this.#places.get(keyOf(tokens[at] ?? 0, tokens[at + 1] ?? 0))) ?? NO_MERGE;
    const places = Int32Array.from(tokens, (_token, at) => placeAt(at));
    for (;;) {
      const at = indexOfLeast(places, count);
      const place = places[at] ?? NO_MERGE;
      if (place === NO_MERGE) return count;
      tokens[at] = 2 * BYTES + place;
      tokens.copyWithin(at + 1, at + 2, count);
      places.copyWithin(at + 1, at + 2, count);
      count -= 1;
      places[at] = placeAt(at);
      if (at > 0) places[at - 1] = placeAt(at - 1);
    }
  }
}

const keyOf = (left: number, right: number): number => left * 0x10000 + right;

/** Return the first place of the least number among the first `count`. */
function indexOfLeast(numbers: Int32Array, count: number): number {
  let least = 0;
  for (let at = 1; at < count; at += 1) if ((numbers[at] ?? 0) < (numbers[least] ?? 0)) least = at;
  return least;
}
