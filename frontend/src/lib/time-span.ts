/** Time spans up to now that lists can be filtered by. */

export const TIME_SPANS = [
  { value: "1", label: "Last 24 hours" },
  { value: "7", label: "Last 7 days" },
  { value: "30", label: "Last 30 days" },
] as const;

export type TimeSpan = (typeof TIME_SPANS)[number]["value"];

const DAY_MS = 86_400_000;
/** Spans start at a full hour, so that the query stays the same for a while. */
const HOUR_MS = 3_600_000;

/** Return the span of a value in the URL, "" for an unknown value. */
export const timeSpanOf = (text: string): TimeSpan | "" =>
  TIME_SPANS.find(({ value }) => value === text)?.value ?? "";

/** Return the start of a span in ISO 8601. */
export function startOf(span: TimeSpan, now: number = Date.now()): string {
  return new Date(Math.floor((now - Number(span) * DAY_MS) / HOUR_MS) * HOUR_MS).toISOString();
}
