/** When links end. */
export const EXPIRIES = [
  { value: "never", label: "Never" },
  { value: "day", label: "In a day" },
  { value: "week", label: "In a week" },
  { value: "month", label: "In 30 days" },
] as const;

export type Expiry = (typeof EXPIRIES)[number]["value"];

const DAYS = { day: 1, week: 7, month: 30 } as const;
const DAY_MS = 86_400_000;

/** Return the time at which a link ends; null for never. */
export function expiresAt(expiry: Expiry, now: number = Date.now()): string | null {
  return expiry === "never" ? null : new Date(now + DAYS[expiry] * DAY_MS).toISOString();
}
