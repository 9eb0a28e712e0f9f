/** Small conveniences remembered in this browser, such as the last settings; never a secret. */
import { useCallback, useState } from "react";

const PREFIX = "genonaut:";

/** Read what was stored; `revive` turns unknown JSON into a value, or null when it does not fit. */
export function readStored<T>(key: string, revive: (value: unknown) => T | null): T | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : revive(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof DOMException) return null;
    throw error;
  }
}

export function writeStored(key: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch (error) {
    // Full or forbidden storage costs a convenience, nothing else.
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Like useState, but remembered in this browser. */
export function useStoredState<T>(
  key: string,
  fallback: T,
  revive: (value: unknown) => T | null,
): readonly [T, (value: T) => void] {
  const [value, setValue] = useState<T>(() => readStored(key, revive) ?? fallback);
  const store = useCallback(
    (next: T) => {
      setValue(next);
      writeStored(key, next);
    },
    [key],
  );
  return [value, store];
}

export const reviveBoolean = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);

/** Return a reviver for one of a few words. */
export function reviveOneOf<T extends string>(words: readonly T[]): (value: unknown) => T | null {
  return (value) => words.find((word) => word === value) ?? null;
}
