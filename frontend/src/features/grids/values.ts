/**
 * The values of an axis as a text, in the syntax of the API: `3, 5, 7`, `1-5`, `1-5 (+2)`, `1-10 [5]`.
 *
 * Only counted here, to show the number of cells while the user types; the API reads and checks the text.
 */
const NUMBER = String.raw`[+-]?\d{1,16}(?:\.\d{1,9})?`;
const RANGE = new RegExp(
  String.raw`^(${NUMBER})\s*-\s*(${NUMBER})\s*(?:\(\s*(${NUMBER})\s*\)|\[\s*(\d{1,9})\s*\])?$`,
);

/** Split at commas and line breaks; quoted parts, also after spaces, may contain both. */
function partsOf(text: string): string[] {
  const parts = text.match(/ *"(?:[^"]|"")*"|[^,\n]+/g) ?? [];
  return parts.map((part) => part.trim()).filter((part) => part !== "" && part !== '""');
}

/** Return the number of values that a text has; 0 for an impossible range. */
export function countValues(text: string): number {
  return partsOf(text).reduce((sum, part) => sum + countOf(part), 0);
}

function countOf(part: string): number {
  const match = RANGE.exec(part);
  if (match === null) return 1;
  const [start, stop] = [Number(match[1]), Number(match[2])];
  if (match[4] !== undefined) return Number(match[4]);
  const step = match[3] === undefined ? Math.sign(stop - start) || 1 : Number(match[3]);
  const steps = step === 0 ? -1 : (stop - start) / step;
  return steps < 0 ? 0 : Math.floor(steps + 1e-9) + 1;
}

/** Add a value to a text, or remove it if it is there. */
export function toggleValue(text: string, value: string): string {
  const quoted = /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  const parts = partsOf(text);
  const rest = parts.filter((part) => part !== quoted);
  return (rest.length === parts.length ? [...parts, quoted] : rest).join(", ");
}

export const hasValue = (text: string, value: string): boolean =>
  partsOf(text).some((part) => part === value || part === `"${value.replaceAll('"', '""')}"`);
