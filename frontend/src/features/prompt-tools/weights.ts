/** The weight of a part of a prompt, `(word:1.1)`, as ComfyUI and A1111 read it. */

export interface Edited {
  readonly text: string;
  /** The selection after the change. */
  readonly start: number;
  readonly end: number;
}

const STEP = 0.1;
const WEIGHTED = /^\((.*):(-?\d+(?:\.\d+)?)\)$/s;
const MIN = -5;
const MAX = 5;

/**
 * Change the weight of the selection, or of the word at the caret, by one step. A weight of 1 removes the
 * parentheses. Returns null where there is no word.
 */
export function changeWeight(text: string, from: number, to: number, direction: 1 | -1): Edited | null {
  const [start, end] = from === to ? partAt(text, from) : trimmed(text, from, to);
  if (start === end) return null;
  const part = text.slice(start, end);
  const match = WEIGHTED.exec(part);
  const inner = match?.[1] ?? part;
  const before = match === null ? 1 : Number(match[2]);
  const weight = Math.min(MAX, Math.max(MIN, Math.round((before + direction * STEP) * 100) / 100));
  const next = weight === 1 ? inner : `(${inner}:${weight})`;
  return { text: text.slice(0, start) + next + text.slice(end), start, end: start + next.length };
}

/** Return the weighted part around the caret, or the word at it. */
function partAt(text: string, caret: number): readonly [number, number] {
  for (const { index, 0: found } of text.matchAll(/\([^()]*:-?\d+(?:\.\d+)?\)/g)) {
    if (index <= caret && caret <= index + found.length) return [index, index + found.length];
  }
  const isWord = (place: number) => /[^\s,()[\]{}|:]/.test(text[place] ?? " ");
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
