/** "Not older than": a span of days up to now, as lists are filtered by it. */

export const TIME_SPANS = [
  { value: "1", label: "Last 24 hours" },
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
] as const;

export type TimeSpan = (typeof TIME_SPANS)[number]["value"];

const DAY_MS = 86_400_000;
/** Spans begin at a whole hour, so that the same choice is the same query for a while. */
const HOUR_MS = 3_600_000;

/** Return one of the spans, or nothing for any other word. */
export const timeSpanOf = (word: string): TimeSpan | "" =>
  TIME_SPANS.find(({ value }) => value === word)?.value ?? "";

/** When a span began, in ISO 8601. */
export function startOf(span: TimeSpan, now: number = Date.now()): string {
  return new Date(Math.floor((now - Number(span) * DAY_MS) / HOUR_MS) * HOUR_MS).toISOString();
}
