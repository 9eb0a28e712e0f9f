/** The last words that were searched for in this browser. */
import { useEffect } from "react";
import { readStored, writeStored } from "@/lib/storage/stored-state";

const STORED_AS = "recent-searches";
const KEPT = 8;
/** A text that stays as long as this was meant, not typed on the way to another. */
const SETTLED_MS = 2_000;

const revive = (value: unknown): string[] | null =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : null;

/** Return the last searches, the newest first. */
export const recentSearches = (): readonly string[] => readStored(STORED_AS, revive) ?? [];

function noteSearch(text: string): void {
  const others = recentSearches().filter((one) => one.toLowerCase() !== text.toLowerCase());
  writeStored(STORED_AS, [text, ...others].slice(0, KEPT));
}

export const forgetSearches = (): void => writeStored(STORED_AS, []);

/** Note a search once its text has not changed for a while. */
export function useNotedSearch(text: string): void {
  useEffect(() => {
    if (text === "") return;
    const timer = setTimeout(() => noteSearch(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
}
