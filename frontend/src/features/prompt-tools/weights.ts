/**
 * The weight of a part of a prompt, `(word:1.1)`, as ComfyUI and A1111 read it, and the strength in a tag of
 * a LoRA, `<lora:name:0.7>`. Escaped parentheses, as in `miku \(vocaloid\)`, belong to the word.
 */

export interface Edited {
  readonly text: string;
  /** The selection after the change. */
  readonly start: number;
  readonly end: number;
}

const STEP = 0.1;
const WEIGHTED = /^\((.*):(-?\d+(?:\.\d+)?)\)$/s;
const TAG = /<(?:lora|lyco|hypernet):[^<>:]+:(-?\d+(?:\.\d+)?)(?=[:>])[^<>]*>/gi;
const PART = /\((?:\\.|[^()\\])*:-?\d+(?:\.\d+)?\)/g;
const MIN = -5;
const MAX = 5;

/**
 * Change the weight of the selection, or of the word at the caret, by one step. A weight of 1 removes the
 * parentheses. Returns null where there is no word.
 */
export function changeWeight(text: string, from: number, to: number, direction: 1 | -1): Edited | null {
  const tagged = changeTag(text, from, to, direction);
  if (tagged !== null) return tagged;
  const [start, end] = from === to ? partAt(text, from) : trimmed(text, from, to);
  if (start === end) return null;
  const part = text.slice(start, end);
  const match = WEIGHTED.exec(part);
  const inner = match?.[1] ?? part;
  const before = match === null ? 1 : Number(match[2]);
  const weight = stepped(before, direction);
  const next = weight === 1 ? inner : `(${inner}:${weight})`;
  return { text: text.slice(0, start) + next + text.slice(end), start, end: start + next.length };
}

const stepped = (before: number, direction: 1 | -1): number =>
  Math.min(MAX, Math.max(MIN, Math.round((before + direction * STEP) * 100) / 100));

/** Change the strength of the tag around the selection; null if there is none. */
function changeTag(text: string, from: number, to: number, direction: 1 | -1): Edited | null {
  for (const { index, 0: tag, 1: strength = "" } of text.matchAll(TAG)) {
    if (from < index || to > index + tag.length) continue;
    const at = index + tag.indexOf(`:${strength}`, tag.indexOf(":") + 1) + 1;
    const next = String(stepped(Number(strength), direction));
    return {
      text: text.slice(0, at) + next + text.slice(at + strength.length),
      start: at,
      end: at + next.length,
    };
  }
  return null;
}

/** Return the weighted part around the caret, or the word at it. */
function partAt(text: string, caret: number): readonly [number, number] {
  for (const { index, 0: found } of text.matchAll(PART)) {
    if (index <= caret && caret <= index + found.length) return [index, index + found.length];
  }
  const isWord = (place: number) =>
    /[^\s,()[\]{}|:]/.test(text[place] ?? " ") || (place > 0 && text[place - 1] === "\\");
  let start = caret;
  let end = caret;
  while (start > 0 && isWord(start - 1)) start -= 1;
  while (end < text.length && isWord(end)) end += 1;
  return [start, end];
}

/** Return the selection without white space at its ends, with the weight directly around it. */
function trimmed(text: string, from: number, to: number): readonly [number, number] {
  let [start, end] = [from, to];
  while (start < end && /\s/.test(text[start] ?? "")) start += 1;
  while (end > start && /\s/.test(text[end - 1] ?? "")) end -= 1;
  const after = /^:-?\d+(?:\.\d+)?\)/.exec(text.slice(end));
  if (text[start - 1] === "(" && after !== null) return [start - 1, end + after[0].length];
  return [start, end];
}
