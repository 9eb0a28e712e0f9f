/**
 * The values of an axis as a text, in the syntax of the API: `3, 5, 7`, `1-5 (+2)`, `0.1..0.9`, `1-10 [5]`,
 * `1, 2, .., 10`, and `a, b || c` for texts with commas.
 *
 * Only counted here, to show the number of cells while the user types; the API reads and checks the text.
 */

/** What a value is: a number or range, a text, or a part of the prompt, which is put into all orders. */
export type ValueKind = "number" | "text" | "order";

interface Part {
  readonly text: string;
  readonly isQuoted: boolean;
}

const NUMBER = String.raw`[+-]?(?:\d{1,16}(?:\.\d{1,9})?|\.\d{1,9})`;
const IS_NUMBER = new RegExp(`^${NUMBER}$`);
const RANGE = new RegExp(
  String.raw`^(${NUMBER})\s*(?:-|\.\.\.?|…)\s*(${NUMBER})\s*(?:\(\s*(${NUMBER})\s*\)|step\s*(${NUMBER})|\[\s*(\d{1,9})\s*\])?$`,
  "i",
);
const DOTS = /^(?:\.\.\.?|…)$/;
const QUOTED = /\s*"((?:[^"]|"")*)(?:"|$)/y;

/** Split at commas and line breaks, or at `||`; quoted parts may contain them, and may be empty. */
function partsOf(text: string): Part[] {
  const hasBars = hasBarsIn(text);
  const parts: Part[] = [];
  let at = 0;
  while (at <= text.length) {
    QUOTED.lastIndex = at;
    const quoted = QUOTED.exec(text);
    const from = quoted === null ? at : QUOTED.lastIndex;
    const { end, length } = separatorIn(text, from, hasBars);
    const rest = text.slice(from, end).trim();
    if (quoted !== null)
      parts.push({ text: (quoted[1] ?? "").replaceAll('""', '"').trim() + rest, isQuoted: true });
    else if (rest !== "") parts.push({ text: rest, isQuoted: false });
    at = end + length;
  }
  return parts;
}

interface Separator {
  readonly end: number;
  readonly length: number;
}

/** Return where the part that begins at a place ends, and how long the separator behind it is. */
function separatorIn(text: string, from: number, hasBars: boolean): Separator {
  if (hasBars) return barsIn(text, from);
  const found = text.slice(from).search(/[,\n]/);
  return { end: found < 0 ? text.length : from + found, length: 1 };
}

function barsIn(text: string, from: number): Separator {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (depth === 0 && text.startsWith("||", at)) return { end: at, length: 2 };
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}") depth = Math.max(depth - 1, 0);
  }
  return { end: text.length, length: 1 };
}

/** Return whether `||` separates values; in braces it is an empty choice of a dynamic prompt. */
function hasBarsIn(text: string): boolean {
  let outside = text.replace(/"(?:[^"]|"")*"/g, "");
  for (let inner = ""; inner !== outside; ) {
    inner = outside;
    outside = inner.replace(/\{[^{}]*\}/g, "");
  }
  return outside.includes("||");
}

/** Return the number of values that a text has; 0 for an impossible range. */
export function countValues(text: string, kind: ValueKind = "number"): number {
  const parts = partsOf(text);
  if (kind === "text") return parts.length;
  if (kind === "order") return parts.length === 0 ? 0 : factorial(parts.length);
  const counts = parts.map((part, place) => {
    if (isDots(part)) return filledCount(parts[place - 2], parts[place - 1], parts[place + 1]);
    return isDots(parts[place - 1]) ? null : countOf(part);
  });
  return counts.includes(0) ? 0 : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

const isDots = (part: Part | undefined): boolean =>
  part !== undefined && !part.isQuoted && DOTS.test(part.text);

const factorial = (count: number): number => (count <= 1 ? 1 : count * factorial(count - 1));

/** Return how many numbers `1, 2, .., 10` has behind the 2. */
function filledCount(first: Part | undefined, second: Part | undefined, last: Part | undefined): number {
  const [start, next, stop] = [first, second, last].map((part) =>
    part !== undefined && IS_NUMBER.test(part.text) ? Number(part.text) : Number.NaN,
  ) as [number, number, number];
  const steps = (stop - next) / (next - start);
  return steps >= 0 && Number.isFinite(steps) ? Math.ceil(steps - 1e-9) : 0;
}

function countOf({ text, isQuoted }: Part): number {
  const match = isQuoted ? null : RANGE.exec(text);
  if (match === null) return 1;
  const [from = "", to = ""] = [match[1], match[2]];
  if (match[5] !== undefined) return Number(match[5]);
  const given = match[3] ?? match[4];
  const distance = Number(to) - Number(from);
  const step = given === undefined ? Math.sign(distance) * defaultStep(from, to) || 1 : Number(given);
  const steps = step === 0 ? -1 : distance / step;
  return steps < 0 ? 0 : Math.floor(steps + 1e-9) + 1;
}

/** Return 1; between numbers that are closer, the last decimal place that is written. */
function defaultStep(from: string, to: string): number {
  if (Math.abs(Number(to) - Number(from)) >= 1) return 1;
  const places = [from, to].map((text) => text.split(".")[1]?.length ?? 0);
  return 10 ** -Math.max(...places);
}

/** Add a value to a text, or remove it if it is there. */
export function toggleValue(text: string, value: string): string {
  const parts = partsOf(text);
  const rest = parts.filter((part) => part.text !== value);
  return joined(rest.length === parts.length ? [...parts, { text: value, isQuoted: false }] : rest);
}

/** Return the text of these values. */
export const textOf = (values: readonly string[]): string =>
  joined(values.map((text) => ({ text, isQuoted: false })));

const joined = (parts: readonly Part[]): string =>
  parts
    .map(({ text, isQuoted }) =>
      isQuoted || /[",\n]|\|\|/.test(text) || text === "" ? `"${text.replaceAll('"', '""')}"` : text,
    )
    .join(", ");

/** Return the values of a text of texts. */
export const textsOf = (text: string): string[] => partsOf(text).map((part) => part.text);

export const hasValue = (text: string, value: string): boolean =>
  partsOf(text).some((part) => part.text === value);
