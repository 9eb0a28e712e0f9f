/**
 * The weight of a part of a prompt, `(word:1.1)`, as ComfyUI and A1111 read it, and the strength in a tag of
 * a LoRA, `<lora:name:0.7>`. Escaped parentheses, as in `miku \(vocaloid\)`, belong to the word.
 */

import { bracketProblem } from "./checks";
import { groupAround, groupOf, groupsIn, type Span, weightIn } from "./weight-groups";

export interface Edited {
  readonly text: string;
  /** The selection after the change. */
  readonly start: number;
  readonly end: number;
}

const STEP = 0.1;
/** What parentheses without a number mean, in ComfyUI (comfy/sd1_clip.py, token_weights) and in A1111. */
const PARENTHESES = 1.1;
const TAG = /<(?:lora|lyco|hypernet):[^<>:]+:(-?\d+(?:\.\d+)?)(?=[:>])[^<>]*>/gi;
const MIN = -5;
const MAX = 5;

/**
 * Change the weight of the selection, of the group in parentheses around the caret, or of the word at it, by one
 * step. A weight of 1 removes the parentheses. Returns null where there is no word, and for a selection that cuts
 * a group.
 */
export function changeWeight(text: string, from: number, to: number, direction: 1 | -1): Edited | null {
  const tagged = changeTag(text, from, to, direction);
  if (tagged !== null) return tagged;
  const groups = groupsIn(text);
  const group = from === to ? groupAround(groups, from) : groupOf(groups, ...trimmed(text, from, to));
  const [start, end] = group ?? (from === to ? wordAt(text, from) : trimmed(text, from, to));
  const part = text.slice(start, end);
  if (group === null && bracketProblem(part, true) !== null) return null;
  const { inner, weight: before } = group === null ? { inner: part, weight: 1 } : weightIn(part, PARENTHESES);
  if (inner.trim() === "") return null;
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

/** Return the word at the caret; the name of an embedding is one word with what is before it. */
function wordAt(text: string, caret: number): Span {
  const isWord = (place: number) =>
    /[^\s,()[\]{}|:]/.test(text[place] ?? " ") || (place > 0 && text[place - 1] === "\\");
  let start = caret;
  let end = caret;
  while (start > 0 && isWord(start - 1)) start -= 1;
  while (end < text.length && isWord(end)) end += 1;
  const mark = "embedding:";
  if (text.slice(0, start).endsWith(mark)) return [start - mark.length, end];
  return `${text.slice(start, end)}:` === mark ? wordAt(text, end + 1) : [start, end];
}

/** Return the selection without white space at its ends. */
function trimmed(text: string, from: number, to: number): Span {
  let [start, end] = [from, to];
  while (start < end && /\s/.test(text[start] ?? "")) start += 1;
  while (end > start && /\s/.test(text[end - 1] ?? "")) end -= 1;
  return [start, end];
}
